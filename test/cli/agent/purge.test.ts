import { status } from '@grpc/grpc-js';
import { join } from 'node:path';
import type { Agent } from '@vouchsafe/proto/gen/spire/api/types/Agent';
import t from 'tap';
import type { Test } from 'tap';
import { RpcError } from '../../../runtime/rpc/status.ts';
import { checkCliRows } from '../../support/cli-rows.ts';
import { runCli } from '../../support/run-cli.ts';
import { serveUnix } from '../../support/serve-unix.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { newAgent, startTestServer } from '../../support/test-server.ts';

const DAY_SECONDS = 24 * 60 * 60;
const daysAgo = (days: number): string =>
  String(Math.floor(Date.now() / 1000) - days * DAY_SECONDS);
const agent = (path: string, days: number, more: Agent = {}): Agent => ({
  id: { trust_domain: 'example.org', path: `/spire/agent/x509pop/${path}` },
  x509svid_expires_at: daysAgo(days),
  can_reattest: true,
  ...more,
});

/** A server that knows no filter, as an older one would not. */
async function serve(t: Test, undeletable = '') {
  const asked: unknown[] = [];
  const deleted: string[] = [];
  const socket = join(temporaryDirectory(t), 's');
  await serveUnix(t, socket, {
    agent: {
      ListAgents: ({ filter }) => {
        asked.push(filter);
        return {
          agents: [
            agent('a', 40),
            agent('b', 31),
            agent('recent', 29),
            agent('alive', -1),
            agent('banned', 40, { banned: true }),
            agent('once', 40, { can_reattest: false }),
          ],
        };
      },
      DeleteAgent: ({ id }) => {
        const name = id!.path.split('/').at(-1)!;
        if (name === undeletable) throw new RpcError(status.NOT_FOUND, 'agent not found');
        deleted.push(name);
        return {};
      },
    },
  });
  const purge = (...flags: readonly string[]) =>
    runCli(['agent', 'purge', '--socket', socket, ...flags]);
  return { purge, asked, deleted };
}

t.test('forgets those that are gone for a month and can come back', async (t) => {
  const { purge, asked, deleted } = await serve(t);
  const { exitCode, stdout, stderr } = await purge();
  t.strictSame({ exitCode, stderr }, { exitCode: 0, stderr: '' });
  t.match(stdout, /^\S+\/a\t\S+Z\tpurged\n\S+\/b\t\S+Z\tpurged\n$/);
  t.strictSame(deleted, ['a', 'b']);
  t.match(asked, [
    {
      by_can_reattest: { value: true },
      by_banned: { value: false },
      by_expires_before: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 \+00$/,
    },
  ]);
});

t.test('--expired-for and --dry-run', async (t) => {
  const { purge, deleted } = await serve(t);
  const { stdout } = await purge('--expired-for', '984h', '--dry-run', '--output', 'json');
  t.strictSame(JSON.parse(stdout), [], 'nobody for 41 days');
  const dry = await purge('--expired-for', '100h', '--dry-run', '--output', 'json');
  t.match(JSON.parse(dry.stdout), [
    { spiffe_id: /\/a$/, expired: /Z$/, result: 'would be purged' },
    { spiffe_id: /\/b$/ },
    { spiffe_id: /\/recent$/ },
  ]);
  t.strictSame(deleted, []);
});

t.test('one that stays does not keep the others', async (t) => {
  const { purge, deleted } = await serve(t, 'a');
  const { exitCode, stdout, stderr } = await purge();
  t.equal(exitCode, 1);
  t.match(stdout, /\/a\t\S+\tagent not found\n.*\/b\t\S+\tpurged\n/);
  t.match(stderr, /^error: not done: 1 of 2 agents are still there\n$/);
  t.strictSame(deleted, ['b']);
});

t.test('against a real server: an agent that joined by token is never purged', async (t) => {
  const server = await startTestServer(t);
  await newAgent(server);
  await checkCliRows(
    t,
    [
      {
        name: 'none',
        args: ['agent', 'purge', '--expired-for', '1s'],
        exitCode: 0,
        stderr: /^no agents to purge\n$/,
      },
      {
        name: 'no time at all',
        args: ['agent', 'purge', '--expired-for', '0'],
        exitCode: 2,
        stderr: /A duration over zero is needed/,
      },
    ],
    (args) => runCli([...args, '--socket', server.socketPath]),
  );
});
