import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { withConnection } from '../../../cli/connect.ts';
import { parseAddress } from '../../../runtime/address.ts';
import { startCli } from '../../support/cli-process.ts';
import type { CliProcess } from '../../support/cli-process.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { runCli } from '../../support/run-cli.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { startTestAgent } from '../../support/test-agent.ts';
import { newToken, startTestServer } from '../../support/test-server.ts';

const HOUR_MS = 3600 * 1000;
const SVID = /^X509-SVID of (\S+), valid until (\S+)$/m;
const RENEWAL = /^X509-SVID of \S+, valid until \S+; \d \w+ in the trust bundle$/m;

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

const SLEEPS = [
  { name: 'longer than its agent’s SVID lives', hours: 2, isForgotten: true },
  { name: 'longer than its authority lives', hours: 24 * 7, isForgotten: false },
];

for (const { name, hours, isForgotten } of SLEEPS) {
  t.test(`goes on by itself after it slept ${name}`, async (t) => {
    const directory = join(temporaryDirectory(t), 'up');
    const left = await leave(directory, new Date(Date.now() - hours * HOUR_MS));
    const up = startCli(t, ['up', '--dir', directory]);
    await up.printed(/^Try in another terminal/m);
    const [, id, until] = SVID.exec(up.stdout())!;
    t.match(id, /^spiffe:\/\/example\.org\/user\//);
    t.ok(Date.parse(until!) > Date.now());
    const admin = join(directory, 'admin.sock');
    const agents = await agentsOf(admin);
    t.equal(agents.length, 1, 'the agent that is no more is forgotten');
    t.notSame(agents, left);
    if (isForgotten) {
      await forget(up, admin);
      const [agent, ...others] = await agentsOf(admin);
      t.strictSame(others, []);
      t.notSame(agent, agents[0], 'and it goes on when its server forgets it');
    }
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

/** Deletes its agent from the server: it is then as good as one that slept too long, but noticed while it runs. */
async function forget(up: CliProcess, socketPath: string): Promise<void> {
  const [id] = await agentsOf(socketPath);
  const target = { daemon: 'server', address: { kind: 'unix', path: socketPath } } as const;
  await withConnection(target, (server) => server.unary('agent', 'DeleteAgent', { id: id! }));
  await up.printed(RENEWAL);
}
