import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import type { KeyPair } from '@vouchsafe/pki/keys/key-pair';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import { Backoff } from '../../runtime/backoff.ts';
import type { Clock } from '../../runtime/clock.ts';
import { describeError } from '../../runtime/errors.ts';
import type { Log } from '../../runtime/log.ts';
import { AgentError } from '../errors.ts';
import type { AgentState } from '../storage/agent-state.ts';
import { CallError, STATUS } from '../sync/call-error.ts';
import type { AttestationRequest, AttestationResult } from '../sync/server-client.ts';
import { joinAgentSvid } from './agent-svid.ts';
import type { AgentSvid } from './agent-svid.ts';

const RETRY = { firstMs: 1000, factor: 1.5, maxMs: 30_000, jitter: 0.1 };
const AGENT_PATH = '/spire/agent/';

/** Answers that asking again cannot change. */
const FINAL: ReadonlySet<number> = new Set([
  STATUS.INVALID_ARGUMENT,
  STATUS.PERMISSION_DENIED,
  STATUS.FAILED_PRECONDITION,
  STATUS.UNIMPLEMENTED,
]);

/** What is kept of it across a crash. */
export interface AttestationStore {
  readonly state: AgentState;
  update(change: AgentState): Promise<void>;
}

/** A connection on which this agent shows no certificate. */
export interface AnonymousServer {
  attestAgent(request: AttestationRequest): Promise<AttestationResult>;
  /** The bundle's X.509 authorities, from the server that attested, which must itself be proven by them. */
  fetchAuthorities(): Promise<readonly Certificate[]>;
  close(): void;
}

export interface NodeAttestationDeps {
  readonly trustDomain: TrustDomain;
  readonly store: AttestationStore;
  readonly connect: () => AnonymousServer;
  /** Read anew for each attempt. */
  readonly joinToken: () => Promise<string | undefined>;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}

export interface AttestOptions {
  readonly signal: AbortSignal;
  /** Told of each attempt that failed for now. */
  readonly onRetry?: (error: unknown) => void;
}

/**
 * Proves to the server which node this is, and gets the agent's SVID for it.
 *
 * A join token works once. So that a crash or a lost answer cannot waste it, the key that goes with it is on disk before
 * the server is asked; asked again with the same token and the same key, the server issues again.
 */
export class NodeAttestation {
  readonly #deps: NodeAttestationDeps;

  constructor(deps: NodeAttestationDeps) {
    this.#deps = deps;
  }

  /**
   * Tries until it works, or it is certain that it cannot.
   * @throws AgentError AGENT_JOIN_TOKEN_*, AGENT_ATTESTATION_*, AGENT_SERVER_UNTRUSTED; RuntimeError FILE_NOT_WRITTEN
   */
  async attest({ signal, onRetry }: AttestOptions): Promise<AgentSvid> {
    const { clock, log, random } = this.#deps;
    const backoff = new Backoff({ ...RETRY, random });
    const isStopped = (): boolean => signal.aborted;
    for (;;) {
      try {
        return await this.#attempt();
      } catch (error) {
        if (isStopped() || isFinal(error)) throw conclude(error);
        const retryMs = Math.round(backoff.next());
        log.warn('Cannot attest yet', { error, retry_ms: retryMs });
        onRetry?.(error);
        await clock.delay(retryMs, signal);
        if (isStopped()) throw conclude(error);
      }
    }
  }

  async #attempt(): Promise<AgentSvid> {
    const token = await this.#deps.joinToken();
    if (token === undefined) throw new AgentError('AGENT_JOIN_TOKEN_MISSING');
    const key = await this.#pendingKey();
    const server = this.#deps.connect();
    try {
      const csr = await createCsr({ signer: key.signer });
      const payload = Buffer.from(token, 'utf8');
      const result = await server.attestAgent({ type: 'join_token', payload, csr });
      const svid = this.#admitted(key, result);
      // Kept before anything else can go wrong: the token is worth nothing from here on.
      await this.#deps.store.update({ svid, pendingKey: undefined });
      await this.#learnAuthorities(server, svid);
      this.#deps.log.info('Attested', { spiffe_id: svid.spiffeId });
      return svid;
    } finally {
      server.close();
    }
  }

  /** The key of an attempt whose outcome is not known, or a new one that outlives this process. */
  async #pendingKey(): Promise<KeyPair> {
    const { store } = this.#deps;
    if (store.state.pendingKey !== undefined) return store.state.pendingKey;
    const pendingKey = await generateKeyPair('ec-p256');
    await store.update({ pendingKey });
    return pendingKey;
  }

  #admitted(key: KeyPair, { chain, reattestable }: AttestationResult): AgentSvid {
    const svid = joinAgentSvid({ chain, key, reattestable });
    const { trustDomain } = this.#deps;
    if (svid === undefined) throw failed('the SVID it issued is not for the key of this agent');
    if (!svid.spiffeId.memberOf(trustDomain) || !svid.spiffeId.path.startsWith(AGENT_PATH)) {
      throw failed(`the SVID it issued is for ${svid.spiffeId.toString()}, which is no agent here`);
    }
    return svid;
  }

  /** A failure here is not that of the attestation: the first sync fetches the bundle again. */
  async #learnAuthorities(server: AnonymousServer, svid: AgentSvid): Promise<void> {
    const { store, log } = this.#deps;
    let authorities: readonly Certificate[];
    try {
      authorities = await server.fetchAuthorities();
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      log.warn('Cannot fetch the trust bundle yet', { error });
      return;
    }
    this.#prove(svid, authorities);
    await store.update({ authorities });
  }

  #prove({ chain }: AgentSvid, authorities: readonly Certificate[]): void {
    const { trustDomain, clock } = this.#deps;
    try {
      verifyX509Svid({
        chain,
        authorities: (of) => (of.equals(trustDomain) ? authorities : undefined),
        now: clock.now(),
      });
    } catch (cause) {
      throw failed('its own bundle does not prove the SVID it issued', cause);
    }
  }
}

function failed(detail: string, cause?: unknown): AgentError {
  return new AgentError('AGENT_ATTESTATION_FAILED', { detail, cause });
}

function isFinal(error: unknown): boolean {
  return !(error instanceof CallError) || FINAL.has(error.code);
}

function conclude(error: unknown): unknown {
  if (!(error instanceof CallError)) return error;
  const denied = error.code === STATUS.INVALID_ARGUMENT || error.code === STATUS.PERMISSION_DENIED;
  const code = denied ? 'AGENT_ATTESTATION_DENIED' : 'AGENT_ATTESTATION_FAILED';
  return new AgentError(code, { detail: describeError(error), cause: error });
}
