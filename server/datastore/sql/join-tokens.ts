import { Selector } from '@vouchsafe/pki/selector';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { Knex } from 'knex';
import type { AttestedAgent } from '../../attestation/agent-record.ts';
import type {
  JoinTokenAttestation,
  JoinTokenState,
  JoinTokenStore,
  NewEntry,
  NewJoinToken,
} from '../datastore.ts';
import { upsertAgent } from './agents.ts';
import { toSeconds } from './columns.ts';
import { createEntries } from './create-entries.ts';
import type { Transactions } from './transactions.ts';

interface JoinTokenRow {
  readonly hash: string;
  readonly expires_at: number;
  readonly alias_id: string | null;
  readonly public_key_hash: string | null;
}

export class SqlJoinTokens implements JoinTokenStore {
  readonly #transactions: Transactions;

  constructor(transactions: Transactions) {
    this.#transactions = transactions;
  }

  create(token: NewJoinToken): Promise<boolean> {
    return this.#transactions.write(async (tx) => {
      const inserted = await tx('join_tokens')
        .insert({
          hash: token.hash,
          expires_at: toSeconds(token.expiresAt),
          alias_id: token.aliasId?.toString() ?? null,
        })
        .onConflict('hash')
        .ignore()
        .returning<{ hash: string }[]>('hash');
      return inserted.length === 1;
    });
  }

  check(hash: string, publicKeyHash: string, now: Date): Promise<JoinTokenState> {
    return this.#transactions.write(async (tx) => {
      const row = await tx<JoinTokenRow>('join_tokens').where({ hash }).first();
      const state = stateOf(row, publicKeyHash, now);
      // An expired token is spent by its first use, as one that still was good would be.
      if (state === 'expired') await tx('join_tokens').where({ hash }).delete();
      return state;
    });
  }

  attest(attestation: JoinTokenAttestation, now: Date): Promise<JoinTokenState> {
    const { hash, publicKeyHash, agent } = attestation;
    return this.#transactions.write(async (tx, record) => {
      const row = await tx<JoinTokenRow>('join_tokens').where({ hash }).first();
      const state = stateOf(row, publicKeyHash, now);
      if (state !== 'usable' || row === undefined) return state;
      const refusal = row.public_key_hash === null ? undefined : await repeatRefusal(tx, agent);
      if (refusal !== undefined) return refusal;
      await tx('join_tokens').where({ hash }).update({ public_key_hash: publicKeyHash });
      await upsertAgent(tx, agent, record);
      if (row.alias_id !== null) {
        const entries = [aliasEntry(agent, SpiffeId.parse(row.alias_id))];
        await createEntries(tx, { entries, now }, record);
      }
      return 'usable';
    });
  }

  prune(now: Date): Promise<number> {
    return this.#transactions.write((tx) =>
      tx('join_tokens').where('expires_at', '<', toSeconds(now)).delete(),
    );
  }
}

function stateOf(row: JoinTokenRow | undefined, publicKeyHash: string, now: Date): JoinTokenState {
  if (row === undefined) return 'unknown';
  if (row.public_key_hash !== null && row.public_key_hash !== publicKeyHash) return 'unknown';
  return row.expires_at <= toSeconds(now) ? 'expired' : 'usable';
}

/** Asking again is for an agent whose answer was lost: not for one that was evicted or banned since. */
async function repeatRefusal(
  tx: Knex.Transaction,
  agent: AttestedAgent,
): Promise<JoinTokenState | undefined> {
  const known = await tx<{ id: string; serial_number: string | null }>('agents')
    .where({ id: agent.id.toString() })
    .first();
  if (known === undefined) return 'unknown';
  return known.serial_number === null ? 'banned' : undefined;
}

function aliasEntry(agent: AttestedAgent, aliasId: SpiffeId): NewEntry {
  return {
    id: undefined,
    parentId: agent.id,
    spiffeId: aliasId,
    selectors: [Selector.of('spiffe_id', agent.id.toString())],
    x509SvidTtlSeconds: 0,
    jwtSvidTtlSeconds: 0,
    federatesWith: [],
    admin: false,
    downstream: false,
    expiresAt: undefined,
    dnsNames: [],
    storeSvid: false,
    hint: '',
    additionalAttributes: undefined,
    attributes: undefined,
  };
}
