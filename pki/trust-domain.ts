import { PkiError } from './errors.ts';

const MAX_NAME_BYTES = 255;
const NAME = /^[a-z0-9._-]+$/;
const SCHEME = 'spiffe://';

/** A trust domain name, valid by construction (SPIFFE-ID §2.1). */
export class TrustDomain {
  /** The bare name, `example.org`. */
  readonly name: string;

  private constructor(name: string) {
    this.name = name;
  }

  /**
   * Reads a bare name or a SPIFFE ID without a path. A SPIFFE ID with a path is refused rather than cut, since the
   * writer may have meant the workload.
   * @throws PkiError PKI_TRUST_DOMAIN_*, PKI_SPIFFE_ID_SCHEME
   */
  static parse(text: string): TrustDomain {
    const hasScheme = text.startsWith(SCHEME);
    const name = hasScheme ? text.slice(SCHEME.length) : text;
    if (!hasScheme && text.includes(':/')) throw new PkiError('PKI_SPIFFE_ID_SCHEME');
    if (hasScheme && name.includes('/')) throw new PkiError('PKI_TRUST_DOMAIN_PATH');
    return TrustDomain.of(name);
  }

  /** Reads a bare name only. @throws PkiError PKI_TRUST_DOMAIN_* */
  static of(name: string): TrustDomain {
    if (name === '') throw new PkiError('PKI_TRUST_DOMAIN_MISSING');
    if (!NAME.test(name)) throw new PkiError('PKI_TRUST_DOMAIN_CHARACTER');
    if (name.length > MAX_NAME_BYTES) throw new PkiError('PKI_TRUST_DOMAIN_TOO_LONG');
    return new TrustDomain(name);
  }

  /** The trust domain's own SPIFFE ID, `spiffe://example.org`, as bundle maps key it. */
  get id(): string {
    return SCHEME + this.name;
  }

  equals(other: TrustDomain): boolean {
    return this.name === other.name;
  }

  toString(): string {
    return this.name;
  }
}
