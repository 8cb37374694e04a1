import { X509Certificate, createPrivateKey } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { permissionDenied, unavailable } from '../../../runtime/rpc/status.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { startCli } from '../../support/cli-process.ts';
import { checkCliRows } from '../../support/cli-rows.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { runCli } from '../../support/run-cli.ts';
import { serveUnix } from '../../support/serve-unix.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { FakeWorkloadApi, bundleOf, offerOf } from '../../support/workload-api.ts';

const ca = await FakeCa.create('example.org', systemClock);
const other = await FakeCa.create('other.org', systemClock);
const web = await offerOf(ca, { spiffeId: 'spiffe://example.org/web' });
const admin = await offerOf(ca, { spiffeId: 'spiffe://example.org/admin', hint: 'internal' });
const BOTH = { svids: [web, admin], federated_bundles: { 'spiffe://other.org': bundleOf(other) } };

/** A Workload API that has something to say. */
async function startApi(t: Test, message: Parameters<FakeWorkloadApi['publish']>[0] = BOTH) {
  const api = await FakeWorkloadApi.start(t);
  api.publish(message);
  return api;
}

t.test('fetch x509', async (t) => {
  const { socketPath } = await startApi(t);
  const fetch = ['fetch', 'x509', '--socket', socketPath];
  await t.test('a pipe gets a line for each SVID', async (t) => {
    const { exitCode, stdout, stderr } = await runCli(fetch);
    t.strictSame({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    t.strictSame(
      lines.map((line) => line.split('\t').with(2, 'from').with(3, 'until')),
      [
        ['spiffe://example.org/web', '', 'from', 'until', 'other.org'],
        ['spiffe://example.org/admin', 'internal', 'from', 'until', 'other.org'],
      ],
    );
    const { validTo } = new X509Certificate(web.x509_svid as Buffer);
    const until = new Date(validTo).toISOString().replace('.000Z', 'Z');
    t.equal(lines[0]!.split('\t')[3], until);
  });
  await t.test('JSON is the response itself, keys too', async (t) => {
    const { stdout } = await runCli([...fetch, '--output', 'json']);
    const base64 = (bytes: unknown): string => (bytes as Buffer).toString('base64');
    t.strictSame(JSON.parse(stdout), {
      svids: [web, admin].map((svid) => ({
        ...svid,
        x509_svid: base64(svid.x509_svid),
        x509_svid_key: base64(svid.x509_svid_key),
        bundle: base64(svid.bundle),
      })),
      crl: [],
      federated_bundles: { 'spiffe://other.org': base64(bundleOf(other)) },
    });
  });
  await t.test('the environment says where the agent is, in SPIFFE’s way', async (t) => {
    const env = { SPIFFE_ENDPOINT_SOCKET: `unix://${socketPath}` };
    t.match(await runCli(['fetch', 'x509'], { env }), { exitCode: 0, stdout: /\/web/ });
    const wrong = { SPIFFE_ENDPOINT_SOCKET: socketPath };
    t.match(await runCli(['fetch', 'x509'], { env: wrong }), {
      exitCode: 2,
      stderr: /^error: SPIFFE_ENDPOINT_SOCKET is '/,
    });
  });
});

t.test('fetch x509 --write', async (t) => {
  const { socketPath } = await startApi(t);
  const fetch = ['fetch', 'x509', '--socket', socketPath, '--write'];
  const directory = temporaryDirectory(t);
  const target = join(directory, 'svids');
  await t.test('writes the files that other programs know from SPIRE', async (t) => {
    const umask = process.umask(0);
    t.teardown(() => process.umask(umask));
    const { exitCode, stderr } = await runCli([...fetch, target]);
    t.equal(exitCode, 0);
    const names = readdirSync(target).sort();
    t.strictSame(
      names,
      [0, 1]
        .flatMap((n) => `bundle.${n}.pem`)
        .concat(
          [0, 1].map((n) => `federated_bundle.${n}.0.pem`),
          [0, 1].flatMap((n) => [`svid.${n}.key`, `svid.${n}.pem`]),
        ),
    );
    for (const name of names) {
      t.match(stderr, `wrote ${join(target, name)}\n`);
      const mode = name.endsWith('.key') ? 0o600 : 0o644;
      t.equal(statSync(join(target, name)).mode & 0o7777, mode, name);
    }
    t.equal(statSync(target).mode & 0o7777, 0o700);
    const [pem, key, bundle, federated] = [
      ...['svid.1.pem', 'svid.1.key', 'bundle.1.pem', 'federated_bundle.1.0.pem'],
    ].map((name) => readFileSync(join(target, name)));
    const leaf = new X509Certificate(pem!);
    t.equal(leaf.subjectAltName, 'URI:spiffe://example.org/admin');
    t.ok(leaf.checkPrivateKey(createPrivateKey(key!)));
    t.ok(new X509Certificate(bundle!).raw.equals(bundleOf(ca)));
    t.ok(new X509Certificate(federated!).raw.equals(bundleOf(other)));
  });
  const shared = join(directory, 'shared');
  mkdirSync(shared);
  chmodSync(shared, 0o777);
  writeFileSync(join(directory, 'file'), '');
  await checkCliRows(
    t,
    [
      {
        name: 'not into a directory where others can replace them',
        args: [...fetch, shared],
        exitCode: 1,
        stderr: /^error: directory is not safe to use: .*shared has mode 0777/,
      },
      {
        name: 'not into a file',
        args: [...fetch, join(directory, 'file')],
        exitCode: 1,
        stderr: /^error: directory is not safe to use: .*file is not a directory/,
      },
      {
        name: 'not nowhere',
        args: [...fetch, ''],
        exitCode: 2,
        stderr: /'--write <DIR>' argument '' is invalid/,
      },
    ],
    (args) => runCli(args),
  );
  t.strictSame(readdirSync(shared), []);
});

t.test('fetch x509 that fails', async (t) => {
  const api = await startApi(t);
  const { socketPath } = api;
  const directory = temporaryDirectory(t);
  const fetch = ['fetch', 'x509', '--socket', socketPath, '--write', join(directory, 'd')];
  await t.test('for who has no identity, with the way to one', async (t) => {
    api.fail(permissionDenied('no identity issued'));
    const { exitCode, stderr } = await runCli(fetch);
    t.equal(exitCode, 1);
    t.match(stderr, /^error: the agent has no identity for this process: no identity issued\n/);
    t.match(stderr, `--selector unix:uid:${process.geteuid!()}`);
  });
  await t.test('when the agent says to come back', async (t) => {
    api.fail(unavailable('later'));
    t.match(await runCli(fetch), {
      exitCode: 1,
      stderr: /^error: the call failed: the agent answered UNAVAILABLE: later\n$/,
    });
  });
  await t.test('when what comes is no SVID', async (t) => {
    api.publish({ svids: [{ ...web, x509_svid: Buffer.from('nonsense') }] });
    t.match(await runCli(fetch), { exitCode: 1, stderr: /^error: / });
    api.publish({ svids: [{ ...web, x509_svid_key: admin.x509_svid_key! }] });
    t.match(await runCli(fetch), { exitCode: 1, stderr: /^error: .*key/ });
  });
  t.strictSame(readdirSync(directory), [], 'nothing was written');
  await t.test('when nothing comes', async (t) => {
    const silent = await FakeWorkloadApi.start(t);
    const socket = ['--socket', silent.socketPath];
    t.match(await runCli(['fetch', 'x509', ...socket, '--timeout', '200ms']), {
      exitCode: 1,
      stderr: /^error: the call failed: the agent has sent nothing in 0\.2 s\n$/,
    });
  });
  await t.test('when there is no agent: which socket, and what to do', async (t) => {
    const none = join(directory, 'none.sock');
    t.match(await runCli(['fetch', 'x509', '--socket', none]), {
      exitCode: 1,
      stderr: new RegExp(`^error: .*${none}\nStart the agent with \`vouchsafe agent run`),
    });
  });
  await t.test('when it cannot wait', async (t) => {
    t.match(await runCli([...fetch, '--timeout', '0']), {
      exitCode: 2,
      stderr: /'--timeout <DURATION>' argument '0' is invalid/,
    });
  });
});

t.test(
  'fetch x509 --watch goes on over denials and restarts, and shows each rotation',
  async (t) => {
    const api = await FakeWorkloadApi.start(t);
    api.fail(permissionDenied('no identity issued'));
    const directory = join(temporaryDirectory(t), 'd');
    const cli = startCli(t, [
      ...['fetch', 'x509', '--watch', '--output', 'json', '--write', directory],
      ...['--socket', api.socketPath],
    ]);
    const serialOf = (): string =>
      new X509Certificate(readFileSync(join(directory, 'svid.0.pem'))).serialNumber;
    const publish = async (spiffeId: string): Promise<void> => {
      const offer = await offerOf(ca, { spiffeId });
      api.publish({ svids: [offer] });
      await cli.printed(new RegExp(`"spiffe_id": "${spiffeId}"`));
      t.equal(serialOf(), new X509Certificate(offer.x509_svid as Buffer).serialNumber, spiffeId);
    };
    await cli.printed(/waiting: .*PERMISSION_DENIED: no identity issued/);
    await publish('spiffe://example.org/first');
    await publish('spiffe://example.org/second');
    await api.stop();
    await cli.printed(/waiting: the (socket|call)/);
    await api.listen(t);
    await publish('spiffe://example.org/third');
    cli.signal('SIGINT');
    t.equal(await cli.ended, 'SIGINT');
  },
);

/** A Workload API that signs whatever it is asked to; tokens expire after so many seconds. */
async function startSigner(t: Test, ttlSeconds = 300) {
  const socketPath = join(temporaryDirectory(t), 's');
  const asked: object[] = [];
  await serveUnix(t, socketPath, {
    workloadApi: {
      FetchJWTSVID: async ({ audience, spiffe_id }) => {
        asked.push({ audience, spiffe_id });
        if (spiffe_id.endsWith('/nobody')) throw permissionDenied('no identity issued');
        if (audience.includes('dbs')) throw permissionDenied(`audience rules of x: ask me`);
        const sign = (path: string) =>
          ca.issueJwt(`spiffe://example.org/${path}`, audience, ttlSeconds);
        return {
          svids: [
            { spiffe_id: 'spiffe://example.org/web', svid: await sign('web'), hint: '' },
            { spiffe_id: 'spiffe://example.org/b', svid: await sign('b'), hint: 'internal' },
          ],
        };
      },
    },
  });
  return { socketPath, asked };
}

const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

t.test('fetch jwt', async (t) => {
  const { socketPath, asked } = await startSigner(t);
  const fetch = ['fetch', 'jwt', '--socket', socketPath];
  await t.test('a pipe gets the tokens alone', async (t) => {
    const { exitCode, stdout, stderr } = await runCli([
      ...[...fetch, '--audience', 'a', '--audience', 'b c'],
      ...['--spiffe-id', 'spiffe://example.org/web'],
    ]);
    t.strictSame({ exitCode, stderr }, { exitCode: 0, stderr: '' });
    t.match(stdout.split('\n'), [TOKEN, TOKEN, '']);
    t.strictSame(asked.at(-1), {
      audience: ['a', 'b c'],
      spiffe_id: 'spiffe://example.org/web',
    });
  });
  await t.test('JSON is the response itself', async (t) => {
    const { stdout } = await runCli([...fetch, '--audience', 'a', '--output', 'json']);
    t.match(JSON.parse(stdout), {
      svids: [
        { spiffe_id: 'spiffe://example.org/web', svid: TOKEN, hint: '' },
        { spiffe_id: 'spiffe://example.org/b', svid: TOKEN, hint: 'internal' },
      ],
    });
  });
  await t.test('a terminal gets who, until when and the token', async (t) => {
    const { stdout } = await runCli([...fetch, '--audience', 'a'], { columns: 1000 });
    t.match(
      stdout,
      /^SPIFFE ID +HINT +EXPIRES +JWT-SVID\n\S+web +\d{4}-\S+Z +\S+\n\S+b +internal /,
    );
  });
  await t.test('--write: for this user alone', async (t) => {
    const directory = join(temporaryDirectory(t), 'd');
    const { stdout, stderr } = await runCli([...fetch, '--audience', 'a', '--write', directory]);
    const [first, second] = stdout.split('\n');
    for (const [n, token] of [first, second].entries()) {
      const file = join(directory, `jwt_svid.${n}.token`);
      t.equal(readFileSync(file, 'utf8'), token);
      t.equal(statSync(file).mode & 0o7777, 0o600);
      t.match(stderr, `wrote ${file}\n`);
    }
  });
  const audience = ['--audience', 'a'];
  await checkCliRows(
    t,
    [
      {
        name: 'for nobody in particular',
        args: fetch,
        exitCode: 2,
        stderr: /^error: missing --audience <AUDIENCE>\nSee `vouchsafe help fetch jwt`/,
      },
      {
        name: 'for an empty audience',
        args: [...fetch, '--audience', ''],
        exitCode: 2,
        stderr: /'--audience <AUDIENCE>' argument '' is invalid/,
      },
      {
        name: 'with a malformed SPIFFE ID',
        args: [...fetch, ...audience, '--spiffe-id', 'spiffe://example.org//a'],
        exitCode: 2,
        stderr:
          /'--spiffe-id <ID>' argument 'spiffe:\/\/example\.org\/\/a' is invalid\. .*empty segments/,
      },
      {
        name: 'an audience that the rules of the entry forbid, and no word of registering it',
        args: [...fetch, '--audience', 'dbs'],
        exitCode: 1,
        stderr: /^error: the call failed: .*PERMISSION_DENIED: audience rules of x: ask me\n$/,
      },
      {
        name: 'of an identity that it has not',
        args: [...fetch, ...audience, '--spiffe-id', 'spiffe://example.org/nobody'],
        exitCode: 1,
        stderr: /^error: the agent has no identity for this process: .*\nRegister it/,
      },
    ],
    (args) => runCli(args),
  );
});

t.test('fetch jwt --watch asks again when half of the life is over', async (t) => {
  const { socketPath, asked } = await startSigner(t, 2);
  const cli = startCli(t, ['fetch', 'jwt', '--watch', '--audience', 'a', '--socket', socketPath]);
  await cli.printed(/^(\S+\.\S+\.\S+\n){4}/);
  const tokens = cli.stdout().trimEnd().split('\n');
  t.not(tokens[0], tokens[2], 'new ones');
  t.ok(asked.length >= 2);
});
