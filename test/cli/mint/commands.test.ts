import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCompactJws } from '@vouchsafe/pki/jwt/jws';
import { parseJwtClaims } from '@vouchsafe/pki/jwt/jwt-claims';
import { parsePem } from '@vouchsafe/pki/keys/pem';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import { X509Svid } from '@vouchsafe/pki/x509/x509-svid';
import t from 'tap';
import { checkCliRows } from '../../support/cli-rows.ts';
import { runCli } from '../../support/run-cli.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { startTestServer } from '../../support/test-server.ts';

const server = await startTestServer(t);
const admin = (args: readonly string[]) => runCli([...args, '--socket', server.socketPath]);
const ID = 'spiffe://example.org/batch/nightly';
const x509 = (...flags: readonly string[]) => ['x509', 'mint', '--spiffe-id', ID, ...flags];
const jwt = (...flags: readonly string[]) => ['jwt', 'mint', '--spiffe-id', ID, ...flags];
const certificatesOf = (pem: string) => parsePem(pem, 'CERTIFICATE').map(parseCertificate);

/** The SVID with its key, once its bundle has proven it. */
function proven(chainPem: string, keyPem: string, bundlePem: string): X509Svid {
  const key = Buffer.concat(parsePem(keyPem, 'PRIVATE KEY'));
  const chain = certificatesOf(chainPem);
  const svid = X509Svid.parse(Buffer.concat(chain.map(({ raw }) => raw)), key);
  const authorities = (trustDomain: TrustDomain) =>
    trustDomain.name === 'example.org' ? certificatesOf(bundlePem) : undefined;
  verifyX509Svid({ chain, authorities, now: new Date() });
  return svid;
}

t.test('x509 mint: certificate, key and bundle are the output', async (t) => {
  const { exitCode, stdout, stderr } = await admin(x509('--ttl', '5m', '--dns', 'nightly.local'));
  t.strictSame({ exitCode, stderr }, { exitCode: 0, stderr: '' });
  const [chain = '', key = '', bundle = ''] = stdout.split('\n\n');
  const svid = proven(`${chain}\n`, `${key}\n`, bundle);
  t.equal(svid.spiffeId.toString(), ID);
  t.strictSame(svid.leaf.dnsNames, ['nightly.local']);
  const lifeMs = svid.notAfter.getTime() - Date.now();
  t.ok(lifeMs > 280_000 && lifeMs < 320_000, `${lifeMs} ms`);
});

t.test('x509 mint --write: the key is for this user alone', async (t) => {
  const directory = join(temporaryDirectory(t), 'svids');
  const at = (name: string): string => join(directory, name);
  const read = (name: string): string => readFileSync(at(name), 'utf8');
  const { exitCode, stdout, stderr } = await admin(x509('--write', directory));
  t.equal(exitCode, 0);
  t.match(stdout, new RegExp(`^${ID}\t\\S+Z\t\\S+Z\n$`));
  t.match(stderr, /^wrote .*svid\.0\.key\nwrote .*svid\.0\.pem\nwrote .*bundle\.0\.pem\n$/);
  t.equal(statSync(at('svid.0.key')).mode & 0o777, 0o600);
  const svid = proven(read('svid.0.pem'), read('svid.0.key'), read('bundle.0.pem'));
  t.equal(svid.spiffeId.toString(), ID);
  const json = await admin(x509('--write', directory, '--output', 'json'));
  const response = JSON.parse(json.stdout) as { svid: { id: unknown; expires_at: unknown } };
  t.strictSame(response.svid.id, { trust_domain: 'example.org', path: '/batch/nightly' });
  t.type(response.svid.expires_at, 'string', 'a 64-bit integer');
});

t.test('jwt mint: a pipe gets the token alone', async (t) => {
  const { exitCode, stdout, stderr } = await admin(
    jwt('--audience', 'db', '--audience', 'cache', '--ttl', '2m'),
  );
  t.strictSame({ exitCode, stderr }, { exitCode: 0, stderr: '' });
  const claims = parseJwtClaims(parseCompactJws(stdout.trim()).payload);
  t.match(claims, { subject: ID, audience: ['db', 'cache'] });
  const lifeSeconds = claims.expiresAt - Date.now() / 1000;
  t.ok(lifeSeconds > 110 && lifeSeconds <= 121, `${lifeSeconds} s`);
});

t.test('jwt mint --write: the token is for this user alone', async (t) => {
  const directory = join(temporaryDirectory(t), 'tokens');
  const result = await admin(jwt('--audience', 'db', '--write', directory, '--output', 'json'));
  t.match(result, { exitCode: 0, stderr: /^wrote .*jwt_svid\.0\.token\n$/ });
  const { svid } = JSON.parse(result.stdout) as { svid: { token: string } };
  const path = join(directory, 'jwt_svid.0.token');
  t.equal(readFileSync(path, 'utf8'), svid.token);
  t.equal(statSync(path).mode & 0o777, 0o600);
});

t.test('is refused', async (t) => {
  await checkCliRows(
    t,
    [
      {
        name: 'an answer without its key',
        args: x509('--output', 'json'),
        exitCode: 2,
        stderr: /^error: --output needs --write <DIR>/,
      },
      {
        name: 'no SPIFFE ID',
        args: ['x509', 'mint'],
        exitCode: 2,
        stderr: /^error: missing --spiffe-id <ID>\n/,
      },
      {
        name: 'no audience',
        args: jwt(),
        exitCode: 2,
        stderr: /^error: missing --audience <AUDIENCE>\n/,
      },
      {
        name: 'an ID of another trust domain',
        args: ['x509', 'mint', '--spiffe-id', 'spiffe://other.example/a'],
        exitCode: 1,
        stderr: /INVALID_ARGUMENT: CSR URI SAN is invalid/,
      },
      {
        name: 'an ID of the server itself',
        args: [
          'jwt',
          'mint',
          '--spiffe-id',
          'spiffe://example.org/spire/server',
          '--audience',
          'a',
        ],
        exitCode: 1,
        stderr: /INVALID_ARGUMENT: invalid SPIFFE ID/,
      },
      {
        name: 'a DNS name that is none',
        args: x509('--dns', 'a..b'),
        exitCode: 1,
        stderr: /INVALID_ARGUMENT: CSR DNS name is invalid/,
      },
    ],
    admin,
  );
});
