// What the Workload API sends (SPIFFE Workload API §5.2, §6.2), from what the caches hold.
import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { MessageInput } from '@vouchsafe/proto/load';
import type { BundleCache } from '../cache/bundle-cache.ts';
import type { RegistrationEntry } from '../cache/entry.ts';
import type { SignedIdentity } from '../cache/identities.ts';

export type X509SvidMessage = MessageInput<'X509SVIDResponse'>;

/** A message with the parts that make it differ from another, to be compared without encoding it. */
export interface Draft<Message> {
  readonly parts: readonly unknown[];
  readonly message: Message;
}

/** Every identity with its trust bundle, and the bundles of those it federates with. */
export function draftX509Svids(
  identities: readonly SignedIdentity[],
  bundles: BundleCache,
): Draft<X509SvidMessage> {
  const bundle = bundles.x509(bundles.own!);
  const federated = federatedBundles(
    identities.map(({ entry }) => entry),
    bundles,
  );
  const federatedDer = encodeAll(federated, (other) => bundles.x509(other));
  const svids = identities.map(({ entry, svid }) => ({
    spiffe_id: svid.spiffeId,
    x509_svid: svid.certificates,
    x509_svid_key: svid.privateKey,
    bundle,
    hint: entry.hint,
  }));
  return {
    parts: [
      ...identities.flatMap(({ entry, svid }) => [svid, entry.hint]),
      bundle,
      ...Object.entries(federatedDer).flat(),
    ],
    message: { svids, federated_bundles: federatedDer },
  };
}

/** The own trust bundle and those that the entries federate with, by trust domain ID. */
export function draftBundles(
  entries: readonly RegistrationEntry[],
  bundles: BundleCache,
  encode: (bundle: TrustBundle) => Buffer | undefined,
): Draft<{ bundles: Record<string, Buffer> }> {
  const all = [bundles.own!, ...federatedBundles(entries, bundles)];
  const encoded = encodeAll(all, encode);
  return { parts: Object.entries(encoded).flat(), message: { bundles: encoded } };
}

/** Those that are known, each once, in the order of their names. */
function federatedBundles(
  entries: readonly RegistrationEntry[],
  bundles: BundleCache,
): readonly TrustBundle[] {
  const known = new Map<string, TrustBundle>();
  for (const trustDomain of entries.flatMap(({ federatesWith }) => federatesWith)) {
    const bundle = bundles.federated(trustDomain);
    if (bundle !== undefined) known.set(trustDomain.name, bundle);
  }
  return [...known.values()].sort((a, b) => (a.trustDomain.name < b.trustDomain.name ? -1 : 1));
}

/** Clients refuse a whole message for an empty bundle in it: what has no authority of the kind is left out. */
function encodeAll(
  bundles: readonly TrustBundle[],
  encode: (bundle: TrustBundle) => Buffer | undefined,
): Record<string, Buffer> {
  const encoded = bundles.map((bundle) => [bundle.trustDomain.id, encode(bundle)] as const);
  return Object.fromEntries(
    encoded.filter((pair): pair is [string, Buffer] => pair[1] !== undefined && pair[1].length > 0),
  );
}

export function isSameDraft(a: Draft<unknown> | undefined, b: Draft<unknown>): boolean {
  return (
    a?.parts.length === b.parts.length && a.parts.every((part, i) => isSamePart(part, b.parts[i]))
  );
}

function isSamePart(a: unknown, b: unknown): boolean {
  return a === b || (Buffer.isBuffer(a) && Buffer.isBuffer(b) && a.equals(b));
}
