import { encodeJwks } from '@vouchsafe/pki/bundle/jwks';
import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { JwtAuthority } from '@vouchsafe/pki/jwt/jwt-authority';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';

/** What goes to workloads of a bundle, encoded once for all of them. */
interface Encoded {
  readonly x509?: Buffer;
  readonly jwks?: Buffer;
}

/** The trust bundles of this trust domain and of those that entries federate with, as last heard. */
export class BundleCache {
  #own: TrustBundle | undefined;
  #federated: ReadonlyMap<string, TrustBundle> = new Map();
  readonly #encoded = new WeakMap<TrustBundle, Encoded>();

  /** Undefined before the first sync. */
  get own(): TrustBundle | undefined {
    return this.#own;
  }

  /** The bundle of another trust domain; undefined when the server has none. */
  federated(trustDomain: TrustDomain): TrustBundle | undefined {
    return this.#federated.get(trustDomain.name);
  }

  /** Takes over what was fetched. Returns whether workloads can see a difference. */
  replace(own: TrustBundle, federated: ReadonlyMap<string, TrustBundle>): boolean {
    let isChanged = federated.size !== this.#federated.size;
    if (!this.#succeed(this.#own, own)) isChanged = true;
    for (const [name, bundle] of federated) {
      if (!this.#succeed(this.#federated.get(name), bundle)) isChanged = true;
    }
    this.#own = own;
    this.#federated = federated;
    return isChanged;
  }

  /** Whether the one says what the other said; then it need not be encoded again either. */
  #succeed(before: TrustBundle | undefined, after: TrustBundle): boolean {
    if (before === after) return true;
    if (before?.sameContents(after) !== true) return false;
    this.#encoded.set(after, this.#encoded.get(before) ?? {});
    return true;
  }

  /** The X.509 authorities as the Workload API sends them, back to back. */
  x509(bundle: TrustBundle): Buffer {
    const known = this.#encoded.get(bundle);
    if (known?.x509 !== undefined) return known.x509;
    const x509 = Buffer.concat(bundle.x509Certificates.map(({ raw }) => raw));
    this.#encoded.set(bundle, { ...known, x509 });
    return x509;
  }

  /** The JWT authorities as the Workload API sends them, a JWK set. */
  jwks(bundle: TrustBundle): Buffer {
    const known = this.#encoded.get(bundle);
    if (known?.jwks !== undefined) return known.jwks;
    const jwks = Buffer.from(encodeJwks(bundle));
    this.#encoded.set(bundle, { ...known, jwks });
    return jwks;
  }

  /** What signed this is about to be revoked, or no longer is an authority at all. */
  isX509Tainted(authorityKeyId: string | undefined): boolean {
    if (this.#own === undefined || authorityKeyId === undefined) return false;
    const authority = this.#own.x509Authorities.find(
      ({ certificate }) => certificate.subjectKeyId === authorityKeyId,
    );
    return authority?.tainted !== false;
  }

  /** As for X.509, by `kid`. */
  isJwtTainted(keyId: string): boolean {
    const authority = this.#own?.jwtAuthorities.find((candidate) => candidate.keyId === keyId);
    return authority?.tainted !== false;
  }

  /** Where to look up who signed a token: this trust domain, and those given. */
  jwtAuthorities(
    federatesWith: readonly TrustDomain[],
  ): (trustDomain: TrustDomain) => readonly JwtAuthority[] | undefined {
    return (trustDomain) => {
      if (this.#own?.trustDomain.equals(trustDomain) === true) return this.#own.jwtAuthorities;
      const isKnown = federatesWith.some((other) => other.equals(trustDomain));
      return isKnown ? this.federated(trustDomain)?.jwtAuthorities : undefined;
    };
  }
}
