import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { AuthorityStore, BundleChange, StoredAuthority } from '../datastore.ts';
import { updateBundle } from './bundles.ts';
import { fromSeconds, toSeconds } from './columns.ts';
import type { Transactions } from './transactions.ts';

interface AuthorityRow {
  readonly server_id: string;
  readonly kind: StoredAuthority['kind'];
  readonly slot: StoredAuthority['slot'];
  readonly status: StoredAuthority['status'];
  readonly authority_id: string;
  readonly issued_at: number;
  readonly expires_at: number;
  readonly public_part: Buffer;
}

export class SqlAuthorities implements AuthorityStore {
  readonly #transactions: Transactions;
  readonly #serverId: string;

  constructor(transactions: Transactions, serverId: string) {
    this.#transactions = transactions;
    this.#serverId = serverId;
  }

  all(): Promise<StoredAuthority[]> {
    return this.#transactions.read(
      (db) =>
        db<AuthorityRow>('authorities')
          .where({ server_id: this.#serverId })
          .orderBy(['kind', 'slot']),
      fromRow,
    );
  }

  ofAllServers(): Promise<StoredAuthority[]> {
    return this.#transactions.read((db) => db<AuthorityRow>('authorities'), fromRow);
  }

  save(
    slots: readonly StoredAuthority[],
    publish: { readonly trustDomain: TrustDomain; readonly change: BundleChange },
  ): Promise<TrustBundle> {
    return this.#transactions.write(async (tx, record) => {
      for (const slot of slots) {
        await tx('authorities')
          .insert({ server_id: this.#serverId, ...toRow(slot) })
          .onConflict(['server_id', 'kind', 'slot'])
          .merge();
      }
      return updateBundle(tx, publish, record);
    });
  }
}

function toRow(authority: StoredAuthority): Omit<AuthorityRow, 'server_id'> {
  return {
    kind: authority.kind,
    slot: authority.slot,
    status: authority.status,
    authority_id: authority.authorityId,
    issued_at: toSeconds(authority.issuedAt),
    expires_at: toSeconds(authority.expiresAt),
    public_part: Buffer.from(authority.publicPart),
  };
}

function fromRow(row: AuthorityRow): StoredAuthority {
  return {
    kind: row.kind,
    slot: row.slot,
    status: row.status,
    authorityId: row.authority_id,
    issuedAt: fromSeconds(row.issued_at),
    expiresAt: fromSeconds(row.expires_at),
    publicPart: row.public_part,
  };
}
