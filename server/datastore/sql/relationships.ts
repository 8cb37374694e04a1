import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Knex } from 'knex';
import type {
  EndpointProfile,
  FederationRelationship,
  NewRelationship,
  RelationshipUpdate,
} from '../../federation/relationship.ts';
import type { RelationshipStore } from '../datastore.ts';
import { writeBundle } from './bundles.ts';
import type { Record, Transactions } from './transactions.ts';

interface RelationshipRow {
  readonly trust_domain: string;
  readonly url: string;
  readonly profile: string;
  readonly endpoint_id: string | null;
}

const TABLE = 'federation_relationships';

/** Few, and asked for seldom: they are read when they are needed. */
export class SqlRelationships implements RelationshipStore {
  readonly #transactions: Transactions;

  constructor(transactions: Transactions) {
    this.#transactions = transactions;
  }

  all(): Promise<FederationRelationship[]> {
    return this.#transactions.read(
      (db) => db<RelationshipRow>(TABLE).orderBy('trust_domain'),
      fromRow,
    );
  }

  async find({ name }: TrustDomain): Promise<FederationRelationship | undefined> {
    const [relationship] = await this.#transactions.read(
      (db) => db<RelationshipRow>(TABLE).where({ trust_domain: name }),
      fromRow,
    );
    return relationship;
  }

  create(relationships: readonly NewRelationship[]): Promise<boolean[]> {
    return this.#transactions.write(async (tx, record) => {
      const outcomes: boolean[] = [];
      for (const one of relationships) outcomes.push(await create(tx, one, record));
      return outcomes;
    });
  }

  update(updates: readonly RelationshipUpdate[]): Promise<(FederationRelationship | undefined)[]> {
    return this.#transactions.write(async (tx, record) => {
      const outcomes: (FederationRelationship | undefined)[] = [];
      for (const one of updates) outcomes.push(await update(tx, one, record));
      return outcomes;
    });
  }

  delete(trustDomains: readonly TrustDomain[]): Promise<boolean[]> {
    return this.#transactions.write(async (tx) => {
      const outcomes: boolean[] = [];
      for (const { name } of trustDomains) {
        outcomes.push((await tx(TABLE).where({ trust_domain: name }).delete()) > 0);
      }
      return outcomes;
    });
  }
}

async function create(
  tx: Knex.Transaction,
  { relationship, bundle }: NewRelationship,
  record: Record,
): Promise<boolean> {
  const { trustDomain } = relationship;
  if ((await findRow(tx, trustDomain)) !== undefined) return false;
  await tx(TABLE).insert(toRow(relationship));
  if (bundle !== undefined) await writeBundle(tx, { trustDomain, change: () => bundle }, record);
  return true;
}

async function update(
  tx: Knex.Transaction,
  { trustDomain, changes, bundle }: RelationshipUpdate,
  record: Record,
): Promise<FederationRelationship | undefined> {
  const row = await findRow(tx, trustDomain);
  if (row === undefined) return undefined;
  const relationship = { ...fromRow(row), ...changes };
  await tx(TABLE).where({ trust_domain: trustDomain.name }).update(toRow(relationship));
  if (bundle !== undefined) await writeBundle(tx, { trustDomain, change: () => bundle }, record);
  return relationship;
}

const findRow = (
  tx: Knex.Transaction,
  { name }: TrustDomain,
): Promise<RelationshipRow | undefined> =>
  tx<RelationshipRow>(TABLE).where({ trust_domain: name }).first();

const toRow = ({ trustDomain, url, profile }: FederationRelationship): RelationshipRow => ({
  trust_domain: trustDomain.name,
  url,
  profile: profile.kind,
  endpoint_id: profile.kind === 'https_spiffe' ? profile.endpointId.toString() : null,
});

const fromRow = ({
  trust_domain,
  url,
  profile,
  endpoint_id,
}: RelationshipRow): FederationRelationship => ({
  trustDomain: TrustDomain.of(trust_domain),
  url,
  profile: readProfile(profile, endpoint_id),
});

function readProfile(kind: string, endpointId: string | null): EndpointProfile {
  if (kind === 'https_web') return { kind };
  if (kind !== 'https_spiffe') throw new TypeError(`${kind} is no profile of a bundle endpoint`);
  return { kind, endpointId: SpiffeId.parse(endpointId ?? '') };
}
