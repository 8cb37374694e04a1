import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { parseAddress } from '../../../runtime/address.ts';
import { serveUnix } from '../../support/serve-unix.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { runCli } from '../../support/run-cli.ts';
import { startTestAgent } from '../../support/test-agent.ts';
import { call, newAgent, newToken, startTestServer } from '../../support/test-server.ts';
import type { TestServer } from '../../support/test-server.ts';

/** `entry create` of a path below a parent, with further flags. */
const create = (
  server: Pick<TestServer, 'socketPath'>,
  [path, parent]: readonly [string, string],
  ...more: readonly string[]
) =>
  runCli([
    ...['entry', 'create', '--socket', server.socketPath],
    ...['--spiffe-id', `spiffe://example.org${path}`],
    ...['--parent-id', `spiffe://example.org${parent}`],
    ...['--selector', `unix:uid:${process.getuid!()}`, ...more],
  ]);

async function withAgent(t: Test) {
  const server = await startTestServer(t);
  const agent = await startTestAgent(t, {
    server: { address: parseAddress(server.address)!, ca: { pem: () => '' } },
    settings: {
      join_token: await newToken(server, { alias: '/node' }),
      ...{ insecure_bootstrap: true, sync_interval: 3600 },
    },
  });
  const updates = server.local('updates');
  for (;;) {
    const { served } = await call(updates, updates.AwaitServed, { wait_ms: 60_000 });
    if (served.length > 0) return { server, agent };
    await new Promise(setImmediate);
  }
}

t.test('when the command has ended, the agent serves the entry', async (t) => {
  const { server, agent } = await withAgent(t);
  const done = await create(server, ['/a', '/node'], '--wait');
  t.match(done, { exitCode: 0, stderr: '' });
  t.match(done.stdout, /^[0-9a-f-]{36}\n$/);
  const { svids } = await agent.client().stream('FetchX509SVID').next();
  t.match(svids, [{ spiffe_id: 'spiffe://example.org/a' }]);
  const json = await create(server, ['/b', '/node'], '--wait', '1m', '--output', 'json');
  t.equal(json.exitCode, 0);
  t.match(JSON.parse(json.stdout), { results: [{ entry: { spiffe_id: { path: '/b' } } }] });
});

t.test('who has something to wait for is waited for, and named', async (t) => {
  const server = await startTestServer(t);
  const agent = await newAgent(server);
  const updates = server.tls('updates', agent.identity);
  const stream = updates.Watch({ from_revision: '0' });
  stream.on('error', () => undefined);
  await new Promise((resolve) => stream.once('data', resolve));
  const late = await create(server, ['/a', agent.path], '--wait', '10ms');
  t.equal(late.exitCode, 1);
  t.match(late.stdout, /^[0-9a-f-]{36}\n$/, 'the entry stays');
  t.match(late.stderr, `created, but not served yet by spiffe://example.org${agent.path}`);
  t.match(await create(server, ['/a', agent.path], '--wait'), {
    exitCode: 1,
    stderr: /ALREADY_EXISTS/,
  });
  stream.cancel();
});

t.test('an agent that is not connected, or not there', async (t) => {
  const { server } = await withAgent(t);
  const agent = await newAgent(server);
  const away = await create(server, ['/a', agent.path], '--wait');
  t.match(away, { exitCode: 1 });
  t.match(away.stderr, `not connected: spiffe://example.org${agent.path}`);
  t.match(await create(server, ['/a', '/nobody'], '--wait'), {
    exitCode: 1,
    stderr: /there is no agent that it concerns/,
  });
  const entries = server.local('entry');
  await call(entries, entries.BatchCreateEntry, {
    entries: [
      {
        spiffe_id: { trust_domain: 'example.org', path: '/node' },
        parent_id: { trust_domain: 'example.org', path: agent.path },
        selectors: [{ type: 'unix', value: 'uid:1' }],
      },
    ],
  });
  const both = await create(server, ['/b', '/node'], '--wait');
  t.match(both, { exitCode: 0 }, 'one that serves it is enough');
  t.equal(
    both.stderr,
    `spiffe://example.org${agent.path} is not connected: it serves the entry once it is back\n`,
  );
});

t.test('how long to wait', async (t) => {
  const server = await startTestServer(t);
  for (const wait of ['0', 'soon', '11m', '-1s']) {
    t.match(
      await create(server, ['/a', '/node'], `--wait=${wait}`),
      { exitCode: 2, stdout: '' },
      wait,
    );
  }
});

t.test('a server that cannot tell has created the entry all the same', async (t) => {
  const socketPath = join(temporaryDirectory(t), 'api.sock');
  await serveUnix(t, socketPath, {
    entry: {
      BatchCreateEntry: () => ({ results: [{ status: { code: 0 }, entry: { id: 'new' } }] }),
    },
  });
  const { exitCode, stdout, stderr } = await create({ socketPath }, ['/a', '/node'], '--wait');
  t.match({ exitCode, stdout }, { exitCode: 1, stdout: 'new\n' });
  t.match(stderr, 'the entry is created, but this server cannot tell who serves it');
});
