import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSpiffeBundleJson } from '@vouchsafe/pki/bundle/spiffe-bundle-json';
import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import t from 'tap';
import { checkCliRows } from '../../support/cli-rows.ts';
import { runCli } from '../../support/run-cli.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { makeAuthority, makeJwtAuthority } from '../../support/test-bundle.ts';
import { startTestServer } from '../../support/test-server.ts';

const server = await startTestServer(t);
const admin = (args: readonly string[], stdin = '') =>
  runCli([...args, '--socket', server.socketPath], { stdin });
const directory = temporaryDirectory(t);
const file = (name: string, content: string | Uint8Array): string => {
  writeFileSync(join(directory, name), content);
  return join(directory, name);
};
const certificate = await makeAuthority({ trustDomain: 'other.org' });
const pem = encodePem('CERTIFICATE', certificate.raw);
const spiffe = Buffer.from(
  encodeSpiffeBundleJson(
    TrustBundle.of({
      trustDomain: TrustDomain.of('other.org'),
      x509Authorities: [{ certificate, tainted: false }],
      jwtAuthorities: [makeJwtAuthority('key')],
      sequenceNumber: 12n,
      refreshHintSeconds: 600,
    }),
  ),
);
const set = (name: string, path: string) => [
  ...['bundle', 'set', '--trust-domain', name, '--file', path],
];

t.test('bundle set, list, show, count', async (t) => {
  const none = await admin(['bundle', 'list']);
  t.strictSame(none, {
    exitCode: 0,
    stdout: '',
    stderr: 'no bundles of other trust domains\n',
  });
  await checkCliRows(
    t,
    [
      {
        name: 'a SPIFFE bundle',
        args: set('other.org', file('bundle.json', spiffe)),
        exitCode: 0,
        stdout: /^other\.org\t1\t1\t12\n$/,
      },
      {
        name: 'PEM',
        args: set('spiffe://third.org', file('bundle.pem', pem + pem)),
        exitCode: 0,
        stdout: /^third\.org\t1\t0\t0\n$/,
      },
      {
        name: 'both are listed',
        args: ['bundle', 'list'],
        exitCode: 0,
        stdout: /^other\.org\t1\t1\t12\nthird\.org\t1\t0\t0\n$/,
      },
      {
        name: 'and counted, with the own one',
        args: ['bundle', 'count', '--output', 'json'],
        exitCode: 0,
        stdout: /^\{\n {2}"count": 3\n\}\n$/,
      },
    ],
    admin,
  );
  const shown = await admin(['bundle', 'show', '--trust-domain', 'third.org']);
  t.equal(shown.stdout, pem);
  const document = await admin([
    ...['bundle', 'show', '--trust-domain', 'other.org', '--format', 'spiffe'],
  ]);
  t.equal(document.stdout, `${spiffe.toString()}\n`, 'as it was brought');
  const replaced = await admin([...set('other.org', '-'), '--output', 'json'], pem);
  t.match(JSON.parse(replaced.stdout), {
    results: [{ status: { code: 0 }, bundle: { trust_domain: 'other.org', jwt_authorities: [] } }],
  });
});

t.test('what is no use in a bundle is left out, and said', async (t) => {
  const document = JSON.parse(spiffe.toString()) as { keys: object[] };
  document.keys.push({ kty: 'oct', use: 'jwt-svid', kid: 'x', k: 'AA' });
  const result = await admin(set('other.org', '-'), JSON.stringify(document));
  t.match(result, {
    exitCode: 0,
    stdout: /^other\.org\t1\t1\t12\n$/,
    stderr: /^key 3 is left out: \S[^\n]*\n$/,
  });
});

t.test('bundle delete, and the entries that federate', async (t) => {
  await admin(set('other.org', '-'), pem);
  const create = await admin([
    ...['entry', 'create', '--spiffe-id', 'spiffe://example.org/a', '--selector', 'unix:uid:1'],
    ...['--parent-id', 'spiffe://example.org/n', '--federates-with', 'other.org'],
  ]);
  t.equal(create.exitCode, 0, create.stderr);
  const remove = (...flags: readonly string[]) => [
    ...['bundle', 'delete', '--trust-domain', 'other.org', ...flags],
  ];
  await checkCliRows(
    t,
    [
      {
        name: 'is refused while one does',
        args: remove(),
        exitCode: 1,
        stdout: /^other\.org\tFAILED_PRECONDITION\n$/,
        stderr: /cannot delete the bundle: .* federated with 1 registration entries\n$/,
      },
      {
        name: 'unless told otherwise',
        args: remove('--mode', 'dissociate'),
        exitCode: 0,
        stdout: /^other\.org\tdeleted\n$/,
      },
      {
        name: 'then there is none',
        args: remove('--trust-domain', 'third.org', '--output', 'table'),
        exitCode: 1,
        stdout: /\nother\.org +NOT_FOUND\nthird\.org +deleted\n$/,
        stderr: /cannot delete all of the bundles: .*bundle not found/,
      },
      {
        name: 'the entry stays, alone',
        args: ['entry', 'count', '--spiffe-id', 'spiffe://example.org/a'],
        exitCode: 0,
        stdout: /^1\n$/,
      },
    ],
    admin,
  );
});

t.test('what is no bundle is refused before the server hears of it', async (t) => {
  const bad: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /it holds no authority/],
    ['words', 'hello', /it holds no authority/],
    ['a private key', encodePem('PRIVATE KEY', Buffer.from('x')), /it holds no authority/],
    ['no certificate', encodePem('CERTIFICATE', Buffer.from('x')), /-: /],
    ['half a document', spiffe.toString().slice(0, -3), /-: /],
    ['an empty document', '{"keys":[]}', /it holds no authority/],
    ['too much', 'x'.repeat((4 << 20) + 1), /standard input is longer than any bundle/],
  ];
  for (const [name, stdin, stderr] of bad) {
    const result = await admin(set('bad.org', '-'), stdin);
    t.match(result, { exitCode: 1, stdout: '', stderr }, name);
    t.match(result.stderr, /^error: cannot read the input: /, name);
  }
  await checkCliRows(
    t,
    [
      {
        name: 'no file',
        args: set('bad.org', join(directory, 'none')),
        exitCode: 1,
        stderr: /cannot read the input: .*none: ENOENT/,
      },
      {
        name: 'the own trust domain',
        args: set('example.org', file('own.pem', pem)),
        exitCode: 1,
        stderr: /INVALID_ARGUMENT: setting a federated bundle for the server's own trust domain/,
      },
      {
        name: 'no trust domain',
        args: ['bundle', 'set', '--file', '-'],
        exitCode: 2,
        stderr: /^error: missing --trust-domain <NAME>\n/,
      },
      {
        name: 'a mode there is not',
        args: ['bundle', 'delete', '--trust-domain', 'a', '--mode', 'force'],
        exitCode: 2,
        stderr: /Allowed choices are restrict, delete, dissociate/,
      },
      {
        name: 'a bundle that is not stored',
        args: ['bundle', 'show', '--trust-domain', 'bad.org'],
        exitCode: 1,
        stderr: /NOT_FOUND: bundle not found/,
      },
    ],
    admin,
  );
});
