import { X509Certificate } from 'node:crypto';
import { parseSpiffeBundleJson } from '@vouchsafe/pki/bundle/spiffe-bundle-json';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import t from 'tap';
import { checkCliRows } from '../../support/cli-rows.ts';
import { runCli } from '../../support/run-cli.ts';
import { call, startTestServer } from '../../support/test-server.ts';

const server = await startTestServer(t);
const cli = (args: readonly string[]) => runCli([...args, '--socket', server.socketPath]);
const bundles = server.local('bundle');
const bundle = await call(bundles, bundles.GetBundle, {});
const authority = bundle.x509_authorities[0]!.asn1;

t.test('PEM, also when nothing is said', async (t) => {
  for (const flags of [[], ['--format', 'pem']]) {
    const { exitCode, stdout, stderr } = await cli(['bundle', 'show', ...flags]);
    t.equal(exitCode, 0);
    t.equal(stderr, '');
    t.match(stdout, /^-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n$/);
    t.ok(new X509Certificate(stdout).raw.equals(authority));
  }
});

t.test('a SPIFFE bundle, with the JWT authorities', async (t) => {
  const { stdout } = await cli(['bundle', 'show', '--format', 'spiffe']);
  const parsed = parseSpiffeBundleJson(Buffer.from(stdout), TrustDomain.of('example.org'));
  t.strictSame(
    parsed.x509Certificates.map(({ raw }) => Buffer.from(raw)),
    [authority],
  );
  t.strictSame(
    parsed.jwtAuthorities.map(({ keyId }) => keyId),
    bundle.jwt_authorities.map(({ key_id }) => key_id),
  );
  t.equal(parsed.sequenceNumber, BigInt(bundle.sequence_number));
});

t.test('JSON and YAML are the response itself', async (t) => {
  const { stdout } = await cli(['bundle', 'show', '--output', 'json']);
  const json = JSON.parse(stdout) as Record<string, unknown>;
  t.strictSame(json, {
    trust_domain: 'example.org',
    x509_authorities: [{ asn1: authority.toString('base64'), tainted: false }],
    jwt_authorities: bundle.jwt_authorities.map((jwt) => ({
      ...jwt,
      public_key: jwt.public_key.toString('base64'),
    })),
    refresh_hint: bundle.refresh_hint,
    sequence_number: bundle.sequence_number,
    wit_authorities: [],
  });
  t.type(json['sequence_number'], 'string');
});

t.test('rows', async (t) => {
  const show = ['bundle', 'show'];
  await checkCliRows(
    t,
    [
      {
        name: 'a table',
        args: [...show, '--output', 'table'],
        exitCode: 0,
        stdout:
          /^AUTHORITY +ID +EXPIRES +STATE\nX\.509 +[0-9a-f]{40} .*Z +trusted\nJWT +\S+ .*trusted\n$/,
      },
      {
        name: 'an unknown format',
        args: [...show, '--format', 'der'],
        exitCode: 2,
        stderr: /'--format <FORMAT>' argument 'der' is invalid\. Allowed choices are pem, spiffe/,
      },
      {
        name: 'a format of two kinds',
        args: [...show, '--format', 'pem', '--output', 'json'],
        exitCode: 2,
        stderr: /'--format <FORMAT>' cannot be used with option '--output <FORMAT>'/,
      },
    ],
    cli,
  );
});
