import { PkiError } from './errors.ts';
import { TrustDomain } from './trust-domain.ts';

const SCHEME = 'spiffe://';
const MAX_ID_BYTES = 2048;
const SEGMENT = /^[a-zA-Z0-9._-]+$/;

/**
 * A SPIFFE ID, valid by construction (SPIFFE-ID §2). Parsed by its own rules, never as a URL: a URL parser resolves
 * dot segments and drops empty ports, and so would turn one identity into another.
 */
export class SpiffeId {
  readonly trustDomain: TrustDomain;
  /** Empty for the trust domain itself, else it starts with a slash. */
  readonly path: string;

  private constructor(trustDomain: TrustDomain, path: string) {
    this.trustDomain = trustDomain;
    this.path = path;
  }

  /** @throws PkiError PKI_SPIFFE_ID_*, PKI_TRUST_DOMAIN_*, PKI_PATH_* */
  static parse(text: string): SpiffeId {
    if (text === '') throw new PkiError('PKI_SPIFFE_ID_EMPTY');
    if (!text.startsWith(SCHEME)) throw new PkiError('PKI_SPIFFE_ID_SCHEME');
    const slash = text.indexOf('/', SCHEME.length);
    const end = slash === -1 ? text.length : slash;
    return SpiffeId.of(TrustDomain.of(text.slice(SCHEME.length, end)), text.slice(end));
  }

  /** Joins a trust domain and a path ('' or '/…'). @throws PkiError PKI_PATH_*, PKI_SPIFFE_ID_TOO_LONG */
  static of(trustDomain: TrustDomain, path: string): SpiffeId {
    checkPath(path);
    if (SCHEME.length + trustDomain.name.length + path.length > MAX_ID_BYTES) {
      throw new PkiError('PKI_SPIFFE_ID_TOO_LONG');
    }
    return new SpiffeId(trustDomain, path);
  }

  memberOf(trustDomain: TrustDomain): boolean {
    return this.trustDomain.equals(trustDomain);
  }

  /** Compares exactly: the path is case-sensitive (SPIFFE-ID §2.4). */
  equals(other: SpiffeId): boolean {
    return this.path === other.path && this.trustDomain.equals(other.trustDomain);
  }

  toString(): string {
    return this.trustDomain.id + this.path;
  }
}

/** Reads a SPIFFE ID that a workload may bear: one with a path. @throws PkiError as SpiffeId.parse, PKI_SPIFFE_ID_PATH_MISSING */
export function parseWorkloadId(text: string): SpiffeId {
  const id = SpiffeId.parse(text);
  if (id.path === '') throw new PkiError('PKI_SPIFFE_ID_PATH_MISSING');
  return id;
}

function checkPath(path: string): void {
  if (path === '') return;
  if (!path.startsWith('/')) throw new PkiError('PKI_PATH_LEADING_SLASH');
  if (path.endsWith('/')) {
    throw new PkiError(path.includes('//') ? 'PKI_PATH_EMPTY_SEGMENT' : 'PKI_PATH_TRAILING_SLASH');
  }
  for (const segment of path.slice(1).split('/')) {
    if (segment === '') throw new PkiError('PKI_PATH_EMPTY_SEGMENT');
    if (segment === '.' || segment === '..') throw new PkiError('PKI_PATH_DOT_SEGMENT');
    if (!SEGMENT.test(segment)) throw new PkiError('PKI_PATH_CHARACTER');
  }
}
