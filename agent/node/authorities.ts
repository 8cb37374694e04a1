import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import type { Log } from '../../runtime/log.ts';
import type { AgentConfig } from '../config.ts';
import { AgentError } from '../errors.ts';
import type { AttestationStore } from './attestation.ts';
import { readTrustBundle } from './bootstrap.ts';

export interface AuthoritiesDeps {
  readonly config: Pick<AgentConfig, 'trust_domain' | 'trust_bundle_path' | 'insecure_bootstrap'>;
  readonly store: AttestationStore;
  readonly log: Log;
}

/** The X.509 authorities by which this agent knows its server. */
export class Authorities {
  readonly #store: AttestationStore;
  #brought: readonly Certificate[] | undefined;

  private constructor(store: AttestationStore, brought: readonly Certificate[] | undefined) {
    this.#store = store;
    this.#brought = brought;
  }

  /**
   * Reads what an operator brought. It counts as long as the agent has nothing better: a bundle that came from the server
   * is newer.
   * @throws AgentError AGENT_BOOTSTRAP_MISSING, AGENT_BUNDLE_UNREADABLE
   */
  static async load({ config, store, log }: AuthoritiesDeps): Promise<Authorities> {
    const { trust_domain, trust_bundle_path, insecure_bootstrap } = config;
    const isKnown = store.state.authorities !== undefined;
    if (trust_bundle_path === undefined) {
      if (!isKnown && !insecure_bootstrap) throw new AgentError('AGENT_BOOTSTRAP_MISSING');
      if (!isKnown) log.warn('Trusting the first server that answers, as insecure_bootstrap says');
      return new Authorities(store, undefined);
    }
    try {
      return new Authorities(store, await readTrustBundle(trust_bundle_path, trust_domain));
    } catch (error) {
      if (!isKnown) throw error;
      log.warn('Cannot read the trust bundle to start from, using the one from the server', {
        error,
      });
      return new Authorities(store, undefined);
    }
  }

  /** Keeps what the server says they are now, if it is something new. @throws RuntimeError FILE_NOT_WRITTEN */
  async learn(authorities: readonly Certificate[]): Promise<void> {
    const known = this.#store.state.authorities;
    const isKnown =
      known?.length === authorities.length && known.every((own, i) => own.equals(authorities[i]!));
    if (!isKnown) await this.#store.update({ authorities });
  }

  /** Those to know the server by in daily life; undefined for whoever answers. */
  get current(): readonly Certificate[] | undefined {
    return this.#store.state.authorities ?? this.#brought;
  }

  /**
   * Those to know it by when attesting: an agent that was away for long may have missed a change of authorities that an
   * operator has since brought it, or may have a newer bundle than the file on its disk.
   */
  get initial(): readonly Certificate[] | undefined {
    const saved = this.#store.state.authorities;
    return saved === undefined ? this.#brought : [...saved, ...(this.#brought ?? [])];
  }
}
