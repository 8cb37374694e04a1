import { PkiError } from '../errors.ts';
import type { JwtAuthority } from '../jwt/jwt-authority.ts';
import type { TrustDomain } from '../trust-domain.ts';
import type { Certificate } from '../x509/certificate.ts';

/** A certificate authority whose certificates prove the X509-SVIDs of a trust domain. */
export interface X509Authority {
  readonly certificate: Certificate;
  /** About to be revoked: everything signed with it is to be replaced, and verifies until then. */
  readonly tainted: boolean;
}

/** What a trust bundle is made of; what is left out is empty or 0. */
export interface TrustBundleFields {
  readonly trustDomain: TrustDomain;
  readonly x509Authorities?: readonly X509Authority[];
  readonly jwtAuthorities?: readonly JwtAuthority[];
  readonly sequenceNumber?: bigint;
  readonly refreshHintSeconds?: number;
}

/**
 * The keys that prove the SVIDs of one trust domain (Trust Domain and Bundle §4). Immutable: a change is another
 * bundle. Without authorities of a kind nothing of that kind is to be trusted (§4.1.3). Both lists keep their order,
 * since readers take another order for another bundle.
 */
export class TrustBundle {
  readonly trustDomain: TrustDomain;
  /** Each certificate once. */
  readonly x509Authorities: readonly X509Authority[];
  /** The certificates of the X.509 authorities, tainted ones too, in order. */
  readonly x509Certificates: readonly Certificate[];
  /** Each key under its ID once. Where two keys share an ID, neither proves anything: see verifyJwtSvid. */
  readonly jwtAuthorities: readonly JwtAuthority[];
  /** Grows with every change of the contents and fits 64 bits; 0 if the publisher counts none (§4.1.1). */
  readonly sequenceNumber: bigint;
  /** How often readers are asked to look for changes; 0 if the publisher did not say (§4.1.2). */
  readonly refreshHintSeconds: number;

  private constructor(fields: TrustBundleFields) {
    const { trustDomain, x509Authorities = [], jwtAuthorities = [] } = fields;
    this.trustDomain = trustDomain;
    this.x509Authorities = Object.freeze([...x509Authorities]);
    this.x509Certificates = Object.freeze(x509Authorities.map(({ certificate }) => certificate));
    this.jwtAuthorities = Object.freeze([...jwtAuthorities]);
    this.sequenceNumber = fields.sequenceNumber ?? 0n;
    this.refreshHintSeconds = fields.refreshHintSeconds ?? 0;
  }

  /** A bundle that trusts nothing, with sequence number 0 and no refresh hint. */
  static empty(trustDomain: TrustDomain): TrustBundle {
    return new TrustBundle({ trustDomain });
  }

  /** A bundle of these authorities; what is in a list twice stays where it came first. */
  static of(fields: TrustBundleFields): TrustBundle {
    const { x509Authorities = [], jwtAuthorities = [] } = fields;
    return new TrustBundle({
      ...fields,
      x509Authorities: firstOfEach(x509Authorities, ({ certificate }) => toKey(certificate.raw)),
      jwtAuthorities: firstOfEach(
        jwtAuthorities,
        ({ keyId, publicKeyInfo }) => `${toKey(publicKeyInfo)} ${keyId}`,
      ),
    });
  }

  /** A bundle that has the authority; this one if it has it already, tainted or not. */
  appendX509(authority: X509Authority): TrustBundle {
    const isKnown = this.x509Authorities.some(({ certificate }) =>
      certificate.equals(authority.certificate),
    );
    if (isKnown) return this;
    return this.#with({ x509Authorities: [...this.x509Authorities, authority] });
  }

  /**
   * A bundle that has the authority; this one if it has the key under this ID already, whatever is said of its life.
   * Another key under an ID that is taken is refused: it would take the trust from the first.
   * @throws PkiError PKI_JWT_AUTHORITY_AMBIGUOUS
   */
  appendJwt(authority: JwtAuthority): TrustBundle {
    const sameId = this.jwtAuthorities.filter(({ keyId }) => keyId === authority.keyId);
    if (sameId.some((known) => known.hasSameKey(authority))) return this;
    if (sameId.length > 0) throw new PkiError('PKI_JWT_AUTHORITY_AMBIGUOUS');
    return this.#with({ jwtAuthorities: [...this.jwtAuthorities, authority] });
  }

  /**
   * A bundle without the authorities that ended before `now`; this one if none did. A kind of which all ended stays
   * whole: a clock that runs ahead must not take the trust domain apart.
   */
  prune(now: Date): TrustBundle {
    const x509Authorities = keepAlive(
      this.x509Authorities,
      ({ certificate }) => !(certificate.notAfter < now),
    );
    const jwtAuthorities = keepAlive(
      this.jwtAuthorities,
      ({ expiresAt }) => expiresAt === undefined || !(expiresAt < now),
    );
    const isUnchanged =
      x509Authorities === this.x509Authorities && jwtAuthorities === this.jwtAuthorities;
    return isUnchanged ? this : this.#with({ x509Authorities, jwtAuthorities });
  }

  /** The same contents under another number. */
  withSequenceNumber(sequenceNumber: bigint): TrustBundle {
    return sequenceNumber === this.sequenceNumber ? this : this.#with({ sequenceNumber });
  }

  /** Whether all but the sequence number is equal, the order of the authorities included. */
  sameContents(other: TrustBundle): boolean {
    return (
      this.trustDomain.equals(other.trustDomain) &&
      this.refreshHintSeconds === other.refreshHintSeconds &&
      sameItems(this.x509Authorities, other.x509Authorities, sameX509) &&
      sameItems(this.jwtAuthorities, other.jwtAuthorities, (a, b) => a.equals(b))
    );
  }

  #with(changes: Partial<TrustBundleFields>): TrustBundle {
    const { trustDomain, x509Authorities, jwtAuthorities } = this;
    const { sequenceNumber, refreshHintSeconds } = this;
    return new TrustBundle({
      ...{ trustDomain, x509Authorities, jwtAuthorities, sequenceNumber, refreshHintSeconds },
      ...changes,
    });
  }
}

const toKey = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

function firstOfEach<T>(items: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const firsts = new Map<string, T>();
  for (const item of items) {
    const key = keyOf(item);
    if (!firsts.has(key)) firsts.set(key, item);
  }
  return [...firsts.values()];
}

function keepAlive<T>(items: readonly T[], isAlive: (item: T) => boolean): readonly T[] {
  const alive = items.filter(isAlive);
  return alive.length === 0 || alive.length === items.length ? items : alive;
}

function sameItems<T>(
  own: readonly T[],
  others: readonly T[],
  isSame: (own: T, other: T) => boolean,
): boolean {
  if (own === others) return true;
  return own.length === others.length && own.every((item, index) => isSame(item, others[index]!));
}

function sameX509(own: X509Authority, other: X509Authority): boolean {
  return own.tainted === other.tainted && own.certificate.equals(other.certificate);
}
