import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import type { Clock } from '../../runtime/clock.ts';

const SERVER_PATH = '/spire/server';

export interface ServerTrustDeps {
  readonly trustDomain: TrustDomain;
  /** The X.509 authorities known now; undefined as long as whoever answers is to be trusted. */
  readonly authorities: () => readonly Certificate[] | undefined;
  readonly clock: Clock;
}

/** Decides whether who answers at the server's address is the server of this trust domain. */
export class ServerTrust {
  readonly #deps: ServerTrustDeps;
  readonly #serverId: SpiffeId;
  #unproven: readonly Certificate[] | undefined;

  constructor(deps: ServerTrustDeps) {
    this.#deps = deps;
    this.#serverId = SpiffeId.of(deps.trustDomain, SERVER_PATH);
  }

  /**
   * Accepts the chain of exactly `spiffe://<trust domain>/spire/server`, proven by an authority of the trust domain. As
   * long as none is known, it must only say that it is that: anybody can.
   * @throws PkiError, Error
   */
  verify(chain: readonly Certificate[]): void {
    const authorities = this.#deps.authorities();
    if (authorities === undefined) {
      this.#checkName(chain);
      this.#unproven = chain;
    } else {
      this.#prove(chain, authorities);
    }
  }

  /** Holds a server that was trusted unproven against the bundle that it then sent. @throws PkiError, Error */
  confirm(authorities: readonly Certificate[]): void {
    if (this.#unproven !== undefined) this.#prove(this.#unproven, authorities);
    this.#unproven = undefined;
  }

  #prove(chain: readonly Certificate[], authorities: readonly Certificate[]): void {
    const { trustDomain, clock } = this.#deps;
    const id = verifyX509Svid({
      chain,
      authorities: (of) => (of.equals(trustDomain) ? authorities : undefined),
      now: clock.now(),
    });
    // Any workload of the trust domain has a valid SVID: its name alone tells the server from them.
    if (!id.equals(this.#serverId))
      throw new Error(`it is ${id.toString()}, not ${this.#serverId.toString()}`);
  }

  #checkName([leaf]: readonly Certificate[]): void {
    const names = leaf?.uriNames ?? [];
    if (leaf?.isCa !== false || names.length !== 1 || names[0] !== this.#serverId.toString()) {
      throw new Error(`it does not call itself ${this.#serverId.toString()}`);
    }
  }
}
