import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { withConnection } from '../../../cli/connect.ts';
import { parseAddress } from '../../../runtime/address.ts';
import { startCli } from '../../support/cli-process.ts';
import { checkCliRows } from '../../support/cli-rows.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { runCli } from '../../support/run-cli.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { startTestAgent } from '../../support/test-agent.ts';
import { newToken, startTestServer } from '../../support/test-server.ts';

const HOUR_MS = 3600 * 1000;
const SVID = /^X509-SVID of (\S+), valid until (\S+)$/m;
const RENEWAL = /^X509-SVID of \S+, valid until \S+; 1 authority in the trust bundle$/m;

interface Agent {
  readonly id: { readonly trust_domain: string; readonly path: string };
}

/** The SPIFFE IDs of the agents that the server behind this socket knows. */
async function agentsOf(socketPath: string): Promise<Agent['id'][]> {
  const list = ['agent', 'list', '--output', 'json', '--socket', socketPath];
  const { stdout, stderr } = await runCli(list);
  if (stdout === '') throw new Error(stderr);
  const { agents } = JSON.parse(stdout) as { agents: readonly Agent[] };
  return agents.map(({ id }) => id);
}

t.test('while `up` runs', async (t) => {
  const directory = join(temporaryDirectory(t), 'up');
  const up = startCli(t, ['up', '--dir', directory, '--trust-domain', 'example.org']);
  await up.printed(/^Try$/m);
  t.match(SVID.exec(up.stdout())![1], /^spiffe:\/\/example\.org\/user\//);

  await checkCliRows(
    t,
    [
      {
        name: 'another one in its directory is refused, with what to do',
        args: ['up', '--dir', directory],
        exitCode: 1,
        stderr:
          /^error: `vouchsafe up` is already running here: .*\nUse what runs there, stop it, or choose another --dir\.\n$/,
      },
      {
        name: 'what it says to try works: an SVID',
        args: ['fetch', 'x509', '--socket', join(directory, 'agent.sock')],
        exitCode: 0,
        stdout: /^spiffe:\/\/example\.org\/user\//,
      },
      {
        name: 'and the entries',
        args: ['entry', 'show', '--socket', join(directory, 'admin.sock')],
        exitCode: 0,
        stdout: /\tspiffe:\/\/example\.org\/host\t/,
      },
    ],
    (args) => runCli(args),
  );

  await t.test('Ctrl-C stops the agent and the server, cleanly and at once', async (t) => {
    const asked = performance.now();
    up.signal('SIGINT');
    t.equal(await up.ended, 0);
    t.ok(performance.now() - asked < 3000);
    t.match(up.stderr(), /stopping the agent and the server\n$/);
    const health = await runCli([
      'server',
      'healthcheck',
      '--socket',
      join(directory, 'admin.sock'),
    ]);
    t.equal(health.exitCode, 1);
  });
  await t.test('its directory keeps its trust domain', async (t) => {
    const other = await runCli(['up', '--dir', directory, '--trust-domain', 'other.org']);
    t.equal(other.exitCode, 1);
    t.match(
      other.stderr,
      /^error: this directory belongs to another trust domain: .*example\.org, not other\.org\nLeave --trust-domain out/,
    );
    const again = startCli(t, ['up', '--dir', directory, '--exit']);
    t.equal(await again.ended, 0, again.stderr());
    t.match(SVID.exec(again.stdout())![1], /^spiffe:\/\/example\.org\/user\//);
  });
});

t.test('Ctrl-C while it starts stops it too, and it can start again', async (t) => {
  const directory = join(temporaryDirectory(t), 'up');
  const up = startCli(t, ['up', '--dir', directory]);
  await up.printed(/is up$/m);
  up.signal('SIGINT');
  t.equal(await up.ended, 0, up.stderr());
  const again = startCli(t, ['up', '--dir', directory, '--exit']);
  t.equal(await again.ended, 0, again.stderr());
  t.match(again.stdout(), SVID);
});

t.test('of two that are started at once in one directory, one runs', async (t) => {
  const directory = join(temporaryDirectory(t), 'up');
  const ups = ['one.org', 'two.org'].map((trustDomain) =>
    startCli(t, ['up', '--dir', directory, '--trust-domain', trustDomain]),
  );
  const endings = ups.map(async (up, i) => ({ code: await up.ended, up, other: ups[1 - i]! }));
  const { code, up, other } = await Promise.race(endings);
  t.equal(code, 1);
  t.match(up.stderr(), /^error: `vouchsafe up` is already running here/);
  await other.printed(/^Try$/m);
  const [, id] = SVID.exec(other.stdout())!;
  const kept = readFileSync(join(directory, 'trust-domain'), 'utf8').trim();
  t.match(id, `spiffe://${kept}/user/`, 'and the directory is what it takes it for');
});

const SLEEPS = [
  { name: 'longer than its agent’s SVID lives', hours: 2 },
  { name: 'longer than its authority lives', hours: 24 * 7 },
];

for (const { name, hours } of SLEEPS) {
  t.test(`goes on by itself after it slept ${name}`, async (t) => {
    const directory = join(temporaryDirectory(t), 'up');
    const left = await leave(directory, new Date(Date.now() - hours * HOUR_MS));
    const up = startCli(t, ['up', '--dir', directory]);
    await up.printed(/^Try$/m);
    const [, id, until] = SVID.exec(up.stdout())!;
    t.match(id, /^spiffe:\/\/example\.org\/user\//);
    t.ok(Date.parse(until!) > Date.now());
    const agents = await agentsOf(join(directory, 'admin.sock'));
    t.equal(agents.length, 1, 'the agent that is no more is forgotten');
    t.notSame(agents, left);
    up.signal('SIGTERM');
    t.equal(await up.ended, 0);
  });

  /** A directory as `up` left it then: server and agent worked there, and stopped. Answers which agents it knew. */
  async function leave(directory: string, then: Date): Promise<Agent['id'][]> {
    mkdirSync(directory, { mode: 0o700 });
    writeFileSync(join(directory, 'trust-domain'), 'example.org\n', { mode: 0o600 });
    const clock = new FakeClock(then);
    const server = await startTestServer(t, {
      clock,
      directory,
      settings: {
        data_dir: join(directory, 'server'),
        bind_address: `unix:${join(directory, 'server.sock')}`,
      },
    });
    const { agent } = await startTestAgent(t, {
      clock,
      server: { address: parseAddress(server.address)!, ca: { pem: () => '' } },
      settings: {
        data_dir: join(directory, 'agent'),
        socket_path: join(directory, 'agent.sock'),
        join_token: await newToken(server, { alias: '/host' }),
        insecure_bootstrap: true,
      },
    });
    const agents = await agentsOf(server.socketPath);
    await agent.close();
    await server.close();
    return agents;
  }
}

t.test('an agent that its server forgets comes back by itself', async (t) => {
  const directory = join(temporaryDirectory(t), 'up');
  const up = startCli(t, ['up', '--dir', directory]);
  await up.printed(/^Try$/m);
  const path = join(directory, 'admin.sock');
  const [first] = await agentsOf(path);
  const target = { daemon: 'server', address: { kind: 'unix', path } } as const;
  await withConnection(target, (server) => server.unary('agent', 'DeleteAgent', { id: first! }));
  await up.printed(RENEWAL);
  const agents = await agentsOf(path);
  t.equal(agents.length, 1);
  t.not(agents[0]!.path, first!.path);
});
