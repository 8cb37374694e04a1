import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import type { Test } from 'tap';
import { startAgent } from '../../agent/agent.ts';
import type { RunningAgent } from '../../agent/agent.ts';
import { AGENT_CONFIG } from '../../agent/config.ts';
import { formatAddress } from '../../runtime/address.ts';
import type { Address } from '../../runtime/address.ts';
import { systemClock } from '../../runtime/clock.ts';
import type { Clock } from '../../runtime/clock.ts';
import { readConfig } from '../../runtime/config-reader.ts';
import { captureLog } from './capture-log.ts';
import { temporaryDirectory } from './socket-path.ts';
import { FakeServer } from './fake-server.ts';
import { WorkloadClient } from './workload-endpoint.ts';

/** A setting with which an agent may join that server once. */
export const TOKEN = { join_token: 'the-token' };

/** A fake server that admits one agent with `TOKEN`. */
export async function startAdmittingServer(t: Test): Promise<FakeServer> {
  const server = await FakeServer.start(t, { clock: systemClock });
  server.tokens.set(TOKEN.join_token, undefined);
  return server;
}

export interface TestAgentOptions {
  readonly server: { readonly address: Address; readonly ca: { pem(): string } };
  readonly directory?: string;
  readonly clock?: Clock;
  /** Keys of the agent's configuration. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** What `startTestAgent` would start an agent with; the server's bundle is in a file. */
export async function agentConfig(t: Test, options: TestAgentOptions) {
  const { server, directory = temporaryDirectory(t), settings = {} } = options;
  const bundle = join(directory, 'bundle.pem');
  if (!('insecure_bootstrap' in settings)) writeFileSync(bundle, server.ca.pem());
  const flags = {
    trust_domain: 'example.org',
    data_dir: join(directory, 'agent'),
    socket_path: join(directory, 'public', 'api.sock'),
    server_address: formatAddress(server.address),
    ...('insecure_bootstrap' in settings ? {} : { trust_bundle_path: bundle }),
    ...settings,
  };
  return readConfig(AGENT_CONFIG, { flags });
}

/** A real agent in a directory of its own. */
export async function startTestAgent(t: Test, options: TestAgentOptions) {
  const directory = options.directory ?? temporaryDirectory(t);
  const config = await agentConfig(t, { ...options, directory });
  const captured = captureLog();
  const { clock = systemClock } = options;
  const agent: RunningAgent = await startAgent(config, { log: captured.log, clock });
  agent.ended.catch(() => undefined); // tests that care look at it themselves
  t.teardown(() => agent.close());
  return {
    ...{ agent, directory, config, captured },
    client: () => new WorkloadClient(t, config.socket_path),
  };
}
