import type { JwtAuthority } from '../jwt/jwt-authority.ts';
import type { TrustDomain } from '../trust-domain.ts';
import type { Certificate } from '../x509/certificate.ts';
import type { TrustBundle } from './trust-bundle.ts';

/**
 * The trust bundles that a verifier knows, one for each trust domain. A trust domain is only ever judged by its own
 * bundle: there is no pool of all authorities (Trust Domain and Bundle §3). Immutable.
 */
export class BundleSet implements Iterable<TrustBundle> {
  static readonly #none = new BundleSet(new Map());
  readonly #bundles: ReadonlyMap<string, TrustBundle>;

  private constructor(bundles: ReadonlyMap<string, TrustBundle>) {
    this.#bundles = bundles;
  }

  /** A set of these bundles; of two for one trust domain the later counts. */
  static of(bundles: Iterable<TrustBundle>): BundleSet {
    return new BundleSet(
      new Map(Array.from(bundles, (bundle) => [bundle.trustDomain.name, bundle])),
    );
  }

  /** The set that knows no trust domain. */
  static empty(): BundleSet {
    return BundleSet.#none;
  }

  /** The trust domain's bundle; undefined if it is not known. */
  find(trustDomain: TrustDomain): TrustBundle | undefined {
    return this.#bundles.get(trustDomain.name);
  }

  /** A set in which this bundle stands for its trust domain, whatever did before. */
  with(bundle: TrustBundle): BundleSet {
    if (this.find(bundle.trustDomain) === bundle) return this;
    return new BundleSet(new Map(this.#bundles).set(bundle.trustDomain.name, bundle));
  }

  /** A set that does not know the trust domain. */
  without(trustDomain: TrustDomain): BundleSet {
    if (this.find(trustDomain) === undefined) return this;
    const bundles = new Map(this.#bundles);
    bundles.delete(trustDomain.name);
    return new BundleSet(bundles);
  }

  /** How many trust domains are known. */
  get size(): number {
    return this.#bundles.size;
  }

  [Symbol.iterator](): Iterator<TrustBundle> {
    return this.#bundles.values();
  }

  // The next two are bound to the set, so that verifiers take them as they are.

  /** What verifyX509Svid asks: a trust domain's certificates, or undefined if its bundle is not known. */
  readonly x509Authorities = (trustDomain: TrustDomain): readonly Certificate[] | undefined =>
    this.find(trustDomain)?.x509Certificates;

  /** What verifyJwtSvid asks: a trust domain's keys, or undefined if its bundle is not known. */
  readonly jwtAuthorities = (trustDomain: TrustDomain): readonly JwtAuthority[] | undefined =>
    this.find(trustDomain)?.jwtAuthorities;
}
