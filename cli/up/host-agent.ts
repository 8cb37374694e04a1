import { startAgent } from '../../agent/agent.ts';
import type { RunningAgent } from '../../agent/agent.ts';
import { AGENT_CONFIG } from '../../agent/config.ts';
import { AgentError } from '../../agent/errors.ts';
import type { AgentErrorCode } from '../../agent/errors.ts';
import { expiresAt } from '../../agent/node/agent-svid.ts';
import { AgentStateFile } from '../../agent/storage/agent-state.ts';
import { systemClock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { Place } from './place.ts';

/** What happens to an agent that slept longer than its SVID lives, as that of a notebook does. */
const LOST: ReadonlySet<AgentErrorCode> = new Set([
  'AGENT_JOIN_TOKEN_MISSING',
  'AGENT_MUST_REATTEST',
  'AGENT_SVID_EXPIRED',
]);

export interface HostAgentDeps {
  readonly place: Place;
  readonly log: Log;
  readonly makeToken: () => Promise<string>;
}

/** The agent of this host, which gets itself a new join token whenever it needs one. */
export class HostAgent {
  readonly #deps: HostAgentDeps;
  #agent: RunningAgent | undefined;

  constructor(deps: HostAgentDeps) {
    this.#deps = deps;
  }

  async start(): Promise<void> {
    const hasSvid = await this.#hasSvid();
    try {
      this.#agent = await this.#startWith(hasSvid ? undefined : await this.#deps.makeToken());
    } catch (error) {
      if (!hasSvid || !isLost(error)) throw error;
      this.#agent = await this.#startWith(await this.#deps.makeToken());
    }
  }

  /** Keeps an agent running until this one is closed. @throws AgentError, RuntimeError when none can run any more */
  async run(): Promise<void> {
    for (;;) {
      try {
        await this.#agent?.ended;
        return;
      } catch (error) {
        if (!isLost(error)) throw error;
        await this.#agent?.close();
        this.#agent = await this.#startWith(await this.#deps.makeToken());
      }
    }
  }

  async close(): Promise<void> {
    await this.#agent?.close();
  }

  async #hasSvid(): Promise<boolean> {
    const { trustDomain, fileOf } = this.#deps.place;
    const { state } = await AgentStateFile.open({ directory: fileOf('agent'), trustDomain });
    return state.svid !== undefined && expiresAt(state.svid) > systemClock.now();
  }

  #startWith(joinToken: string | undefined): Promise<RunningAgent> {
    const { place, log } = this.#deps;
    const config = AGENT_CONFIG.parse({
      trust_domain: place.trustDomain.name,
      data_dir: place.fileOf('agent'),
      socket_path: place.workloadSocket,
      admin_socket_path: place.agentAdminSocket,
      server_address: `unix:${place.serverSocket}`,
      trust_bundle_path: place.bundleFile,
      join_token: joinToken,
    });
    return startAgent(config, { log, clock: systemClock });
  }
}

const isLost = (error: unknown): boolean => error instanceof AgentError && LOST.has(error.code);
