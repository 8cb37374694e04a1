import type { Bundle, Bundle__Output } from '@vouchsafe/proto/gen/spire/api/types/Bundle';

export interface BundleChange {
  readonly bundle: Bundle;
  /** Undefined for one that the server does not have. */
  readonly known: Bundle__Output | undefined;
}

export interface BundleChanges {
  readonly changes: readonly BundleChange[];
  readonly unchanged: number;
  /** Trust domains whose bundle the server keeps up to date itself, and that are left alone. */
  readonly refreshed: readonly string[];
}

interface KnownBundles {
  readonly bundles: readonly Bundle__Output[];
  /** Names of the trust domains whose bundle the server fetches itself. */
  readonly fetched: ReadonlySet<string>;
}

/**
 * Of a trust domain whose bundle endpoint the server asks, a file has the first bundle: a later one from there counts
 * more than the file, which would take the trust domain back to keys that it has given up.
 */
export function compareBundles(
  wanted: readonly Bundle[],
  { bundles, fetched }: KnownBundles,
): BundleChanges {
  const byName = new Map(bundles.map((bundle) => [bundle.trust_domain, bundle]));
  const changes: BundleChange[] = [];
  const refreshed: string[] = [];
  for (const bundle of wanted) {
    const name = bundle.trust_domain ?? '';
    const known = byName.get(name);
    if (known !== undefined && contentOf(known) === contentOf(bundle)) continue;
    if (known !== undefined && fetched.has(name)) refreshed.push(name);
    else changes.push({ bundle, known });
  }
  return { changes, refreshed, unchanged: wanted.length - changes.length - refreshed.length };
}

/** What is trusted: the number of a bundle changes with every store, and says nothing of it. */
function contentOf({ x509_authorities, jwt_authorities }: Bundle | Bundle__Output): string {
  const x509 = (x509_authorities ?? []).map(({ asn1 }) => base64(asn1));
  const jwt = (jwt_authorities ?? []).map(({ key_id, public_key, expires_at }) =>
    JSON.stringify([key_id, base64(public_key), String(expires_at ?? 0)]),
  );
  return JSON.stringify([x509.sort(), jwt.sort()]);
}

const base64 = (bytes: Uint8Array | Buffer | string | undefined): string =>
  Buffer.from(bytes ?? '').toString('base64');
