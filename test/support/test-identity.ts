import { BundleSet } from '@vouchsafe/pki/bundle/bundle-set';
import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { X509Svid } from '@vouchsafe/pki/x509/x509-svid';
import type { IdentitySource } from '@vouchsafe/client/peer';
import type { X509Identity } from '@vouchsafe/client/x509-source';
import type { FakeCa } from './fake-ca.ts';
import { offerOf } from './workload-api.ts';

/** An identity of `ca` that trusts these CAs, its own if none is said. */
export async function identityOf(
  ca: FakeCa,
  spiffeId: string,
  trusted: readonly FakeCa[] = [ca],
): Promise<X509Identity> {
  const { x509_svid, x509_svid_key } = await offerOf(ca, { spiffeId });
  const bundles = trusted.map(({ trustDomain, certificates }) =>
    TrustBundle.of({
      trustDomain,
      x509Authorities: certificates.map((certificate) => ({ certificate, tainted: false })),
    }),
  );
  return {
    svid: X509Svid.parse(x509_svid as Uint8Array, x509_svid_key as Uint8Array),
    bundles: BundleSet.of(bundles),
  };
}

/** A source whose identities the test gives and takes. */
export class TestIdentity implements IdentitySource {
  #identity: X509Identity | undefined;
  readonly #subscribers = new Set<(identity: X509Identity) => void>();

  constructor(identity: X509Identity) {
    this.#identity = identity;
  }

  get identity(): X509Identity {
    if (this.#identity === undefined) throw new Error('there is no identity');
    return this.#identity;
  }

  subscribe(subscriber: (identity: X509Identity) => void): () => void {
    this.#subscribers.add(subscriber);
    return () => void this.#subscribers.delete(subscriber);
  }

  renew(identity: X509Identity): void {
    this.#identity = identity;
    for (const subscriber of this.#subscribers) subscriber(identity);
  }

  lose(): void {
    this.#identity = undefined;
  }

  get subscribers(): number {
    return this.#subscribers.size;
  }
}
