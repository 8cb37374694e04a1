import { encodePem } from '@vouchsafe/pki/keys/pem';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import type { KeyType } from '@vouchsafe/pki/keys/key-type';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { serverId } from '../registration/reserved-ids.ts';
import type { CertificateAuthority, IssuedX509Svid } from './certificate-authority.ts';

const MAX_WAIT_MS = 5000;
const MIN_WAIT_MS = 100;

/** The server's own X509-SVID as TLS takes it, PEM. */
export interface ServerIdentity {
  readonly certificate: string;
  readonly key: string;
}

export interface ServerSvidDeps {
  readonly trustDomain: TrustDomain;
  readonly authority: CertificateAuthority;
  readonly keyType: KeyType;
  readonly ttlSeconds: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps the server's own X509-SVID, replaced with a new key at half its life; nothing of it is stored. */
export class ServerSvid {
  readonly #deps: ServerSvidDeps;
  readonly #listeners = new Set<(identity: ServerIdentity) => void>();
  #renewAt = new Date(0);
  #identity: ServerIdentity | undefined;
  #chain: readonly Uint8Array[] = [];

  constructor(deps: ServerSvidDeps) {
    this.#deps = deps;
  }

  /** DER, the server's own first; empty before there is one. */
  get chain(): readonly Uint8Array[] {
    return this.#chain;
  }

  /** Told of the present identity at once, if there is one, and of each new one. */
  subscribe(listener: (identity: ServerIdentity) => void): void {
    this.#listeners.add(listener);
    if (this.#identity !== undefined) listener(this.#identity);
  }

  async rotate(): Promise<void> {
    const { authority, keyType, ttlSeconds, trustDomain, log } = this.#deps;
    const { publicKeyInfo, privateKey } = await generateKeyPair(keyType);
    const spiffeId = serverId(trustDomain);
    const svid = await authority.issueX509Svid({ spiffeId, publicKeyInfo, ttlSeconds });
    this.#renewAt = halfLife(svid);
    const identity = {
      certificate: svid.chain.map((der) => encodePem('CERTIFICATE', der)).join(''),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    };
    this.#identity = identity;
    this.#chain = svid.chain;
    for (const listener of this.#listeners) listener(identity);
    log.info('Server X509-SVID rotated', {
      serial_number: svid.serialNumber,
      expires_at: svid.expiresAt,
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps;
    for (;;) {
      const waitMs = this.#renewAt.getTime() - clock.now().getTime();
      await clock.delay(Math.max(MIN_WAIT_MS, Math.min(waitMs, MAX_WAIT_MS)), signal);
      if (signal.aborted) return;
      if (clock.now() < this.#renewAt) continue;
      try {
        await this.rotate();
      } catch (error) {
        log.error('Server X509-SVID could not be rotated', { error });
        await clock.delay(MAX_WAIT_MS, signal);
      }
    }
  }
}

const halfLife = ({ notBefore, expiresAt }: IssuedX509Svid): Date =>
  new Date((notBefore.getTime() + expiresAt.getTime()) / 2);
