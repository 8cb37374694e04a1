import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { JwtAuthority } from '@vouchsafe/pki/jwt/jwt-authority';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Knex } from 'knex';
import type {
  BundleChange,
  BundleStore,
  BundleWrite,
  FederatedEntries,
  RemoveBundleOutcome,
} from '../datastore.ts';
import { fromOptionalSeconds, toOptionalSeconds } from './columns.ts';
import { deleteEntries, dissociateEntry, entriesFederatingWith } from './change-entries.ts';
import type { Record, Transactions } from './transactions.ts';

interface BundleRow {
  readonly trust_domain: string;
  readonly sequence_number: string;
  readonly refresh_hint: number;
  readonly x509_authorities: string;
  readonly jwt_authorities: string;
}

interface X509Item {
  readonly asn1: string;
  readonly tainted: boolean;
}

interface JwtItem {
  readonly key_id: string;
  readonly public_key: string;
  readonly expires_at: number | null;
  readonly tainted: boolean;
}

export class SqlBundles implements BundleStore {
  readonly #transactions: Transactions;

  constructor(transactions: Transactions) {
    this.#transactions = transactions;
  }

  all(): Promise<TrustBundle[]> {
    return this.#transactions.read(
      (db) => db<BundleRow>('bundles').orderBy('trust_domain'),
      fromRow,
    );
  }

  async find(trustDomain: TrustDomain): Promise<TrustBundle | undefined> {
    const [bundle] = await this.#transactions.read(
      (db) => db<BundleRow>('bundles').where({ trust_domain: trustDomain.name }),
      fromRow,
    );
    return bundle;
  }

  /** Those of these names. */
  some(names: readonly string[]): Promise<TrustBundle[]> {
    return this.#transactions.read(
      (db) => db<BundleRow>('bundles').whereIn('trust_domain', names),
      fromRow,
    );
  }

  write(writes: readonly BundleWrite[]): Promise<(TrustBundle | undefined)[]> {
    return this.#transactions.write(async (tx, record) => {
      const made: (TrustBundle | undefined)[] = [];
      for (const write of writes) made.push(await writeBundle(tx, write, record));
      return made;
    });
  }

  remove(
    trustDomains: readonly TrustDomain[],
    entries: FederatedEntries,
  ): Promise<RemoveBundleOutcome[]> {
    return this.#transactions.write(async (tx, record) => {
      const outcomes: RemoveBundleOutcome[] = [];
      for (const trustDomain of trustDomains) {
        outcomes.push(await removeBundle(tx, { trustDomain, entries }, record));
      }
      return outcomes;
    });
  }

  update(trustDomain: TrustDomain, change: BundleChange): Promise<TrustBundle> {
    return this.#transactions.write((tx, record) =>
      updateBundle(tx, { trustDomain, change }, record),
    );
  }
}

/** Changes a bundle within a transaction; what comes out as it went in is neither written nor told. */
export async function updateBundle(
  tx: Knex.Transaction,
  update: { readonly trustDomain: TrustDomain; readonly change: BundleChange },
  record: Record,
): Promise<TrustBundle> {
  const { trustDomain, change } = update;
  const before = (await findBundle(tx, trustDomain)) ?? TrustBundle.empty(trustDomain);
  const changed = change(before);
  if (changed.sameContents(before)) return before;
  const bundle = changed.withSequenceNumber(before.sequenceNumber + 1n);
  await storeBundle(tx, bundle, record);
  return bundle;
}

/** Stores what a write makes of a bundle within a transaction; what is there already is neither written nor told. */
export async function writeBundle(
  tx: Knex.Transaction,
  { trustDomain, change }: BundleWrite,
  record: Record,
): Promise<TrustBundle | undefined> {
  const stored = await findBundle(tx, trustDomain);
  const bundle = change(stored);
  if (bundle === undefined) return undefined;
  const isSame = stored?.sequenceNumber === bundle.sequenceNumber && stored.sameContents(bundle);
  if (!isSame) await storeBundle(tx, bundle, record);
  return bundle;
}

async function removeBundle(
  tx: Knex.Transaction,
  removal: { readonly trustDomain: TrustDomain; readonly entries: FederatedEntries },
  record: Record,
): Promise<RemoveBundleOutcome> {
  const { trustDomain } = removal;
  if ((await findBundle(tx, trustDomain)) === undefined) return { kind: 'not_found' };
  const entries = await entriesFederatingWith(tx, trustDomain);
  if (removal.entries === 'keep_bundle' && entries.length > 0) {
    return { kind: 'in_use', entries: entries.length };
  }
  if (removal.entries === 'delete') {
    await deleteEntries(
      tx,
      entries.map(({ id }) => id),
      record,
    );
  } else {
    for (const entry of entries) await dissociateEntry(tx, { entry, trustDomain }, record);
  }
  await tx('bundles').where({ trust_domain: trustDomain.name }).delete();
  record({ kind: 'bundle', trustDomain, bundle: undefined });
  return { kind: 'removed' };
}

async function findBundle(
  tx: Knex.Transaction,
  { name }: TrustDomain,
): Promise<TrustBundle | undefined> {
  const row = await tx<BundleRow>('bundles').where({ trust_domain: name }).first();
  return row === undefined ? undefined : fromRow(row);
}

async function storeBundle(
  tx: Knex.Transaction,
  bundle: TrustBundle,
  record: Record,
): Promise<void> {
  await tx('bundles').insert(toRow(bundle)).onConflict('trust_domain').merge();
  record({ kind: 'bundle', trustDomain: bundle.trustDomain, bundle });
}

function toRow(bundle: TrustBundle): BundleRow {
  const x509 = bundle.x509Authorities.map(({ certificate, tainted }): X509Item => ({
    asn1: toBase64(certificate.raw),
    tainted,
  }));
  const jwt = bundle.jwtAuthorities.map((authority): JwtItem => ({
    key_id: authority.keyId,
    public_key: toBase64(authority.publicKeyInfo),
    expires_at: toOptionalSeconds(authority.expiresAt),
    tainted: authority.tainted,
  }));
  return {
    trust_domain: bundle.trustDomain.name,
    sequence_number: bundle.sequenceNumber.toString(),
    refresh_hint: bundle.refreshHintSeconds,
    x509_authorities: JSON.stringify(x509),
    jwt_authorities: JSON.stringify(jwt),
  };
}

function fromRow(row: BundleRow): TrustBundle {
  const x509 = JSON.parse(row.x509_authorities) as X509Item[];
  const jwt = JSON.parse(row.jwt_authorities) as JwtItem[];
  return TrustBundle.of({
    trustDomain: TrustDomain.of(row.trust_domain),
    x509Authorities: x509.map(({ asn1, tainted }) => ({
      certificate: parseCertificate(fromBase64(asn1)),
      tainted,
    })),
    jwtAuthorities: jwt.map((item) =>
      JwtAuthority.of({
        keyId: item.key_id,
        publicKeyInfo: fromBase64(item.public_key),
        expiresAt: fromOptionalSeconds(item.expires_at),
        tainted: item.tainted,
      }),
    ),
    sequenceNumber: BigInt(row.sequence_number),
    refreshHintSeconds: row.refresh_hint,
  });
}

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const fromBase64 = (text: string): Uint8Array => Buffer.from(text, 'base64');
