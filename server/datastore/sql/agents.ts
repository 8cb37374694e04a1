import { Selector } from '@vouchsafe/pki/selector';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { Knex } from 'knex';
import type {
  AgentRecord,
  AgentSvidSerial,
  AttestedAgent,
} from '../../attestation/agent-record.ts';
import type { AgentStore, ExpiredAgents } from '../datastore.ts';
import { fromList, fromSeconds, inChunks, toList, toSeconds } from './columns.ts';
import { deleteEntries } from './change-entries.ts';
import { findExpiredAgents } from './prune.ts';
import type { Record, Transactions } from './transactions.ts';

interface AgentRow {
  readonly row: number;
  readonly id: string;
  readonly attestation_type: string;
  readonly serial_number: string | null;
  readonly expires_at: number | null;
  readonly renewed_serial_number: string | null;
  readonly renewed_expires_at: number | null;
  readonly can_reattest: number | boolean;
  readonly selectors: string;
  readonly agent_version: string;
}

export class SqlAgents implements AgentStore {
  readonly #transactions: Transactions;

  constructor(transactions: Transactions) {
    this.#transactions = transactions;
  }

  all(): Promise<AgentRecord[]> {
    return this.#transactions.read((db) => db<AgentRow>('agents').orderBy('row'), fromRow);
  }

  async find(id: SpiffeId): Promise<AgentRecord | undefined> {
    const [agent] = await this.#transactions.read(
      (db) => db<AgentRow>('agents').where({ id: id.toString() }),
      fromRow,
    );
    return agent;
  }

  /** Those of these IDs. */
  async some(ids: readonly string[]): Promise<AgentRecord[]> {
    const found: AgentRecord[] = [];
    for (const chunk of inChunks(ids)) {
      const rows = await this.#transactions.read(
        (db) => db<AgentRow>('agents').whereIn('id', chunk),
        fromRow,
      );
      found.push(...rows);
    }
    return found;
  }

  setRenewed(id: SpiffeId, renewed: AgentSvidSerial): Promise<boolean> {
    return this.#update(
      id,
      (row) =>
        row.serial_number !== null && {
          renewed_serial_number: renewed.serialNumber,
          renewed_expires_at: toSeconds(renewed.expiresAt),
        },
    );
  }

  promote(id: SpiffeId, serialNumber: string): Promise<boolean> {
    return this.#update(
      id,
      (row) =>
        row.renewed_serial_number === serialNumber && {
          serial_number: serialNumber,
          expires_at: row.renewed_expires_at,
          renewed_serial_number: null,
          renewed_expires_at: null,
        },
    );
  }

  ban(id: SpiffeId): Promise<boolean> {
    return this.#update(id, () => ({
      serial_number: null,
      renewed_serial_number: null,
      renewed_expires_at: null,
    }));
  }

  setVersion(id: SpiffeId, agentVersion: string): Promise<boolean> {
    return this.#update(id, () => ({ agent_version: agentVersion }));
  }

  delete(id: SpiffeId): Promise<boolean> {
    return this.#transactions.write(async (tx, record) => {
      const deleted = await tx('agents').where({ id: id.toString() }).delete();
      if (deleted === 0) return false;
      await deleteAliases(tx, id, record);
      record({ kind: 'agent', id, agent: undefined });
      return true;
    });
  }

  prune(expired: ExpiredAgents): Promise<SpiffeId[]> {
    return this.#transactions.write(async (tx, record) => {
      const ids = (await findExpiredAgents(tx, expired)).map((id) => SpiffeId.parse(id));
      for (const id of ids) {
        await tx('agents').where({ id: id.toString() }).delete();
        await deleteAliases(tx, id, record);
        record({ kind: 'agent', id, agent: undefined });
      }
      return ids;
    });
  }

  /** Applies what `change` says of the present row, unless it says no; whether it was applied. */
  #update(id: SpiffeId, change: (row: AgentRow) => Partial<AgentRow> | false): Promise<boolean> {
    return this.#transactions.write(async (tx, record) => {
      const row = await tx<AgentRow>('agents').where({ id: id.toString() }).first();
      const update = row !== undefined && change(row);
      if (row === undefined || update === false) return false;
      await tx('agents').where({ id: row.id }).update(update);
      record({ kind: 'agent', id, agent: fromRow({ ...row, ...update }) });
      return true;
    });
  }
}

/** Records an attestation: the agent as it is now, whatever was known of it before. */
export async function upsertAgent(
  tx: Knex.Transaction,
  agent: AttestedAgent,
  record: Record,
): Promise<void> {
  const [upserted] = await tx('agents')
    .insert(toRow(agent))
    .onConflict('id')
    .merge()
    .returning<{ row: number }[]>('row');
  record({ kind: 'agent', id: agent.id, agent: { ...agent, order: upserted!.row } });
}

/** The entry a join token gave its agent: parent and only selector are the agent's own ID. */
async function deleteAliases(tx: Knex.Transaction, id: SpiffeId, record: Record): Promise<void> {
  const selectors = JSON.stringify([`spiffe_id:${id.toString()}`]);
  const aliases = await tx<{ id: string; parent_id: string; selectors: string }>('entries')
    .where({ parent_id: id.toString(), selectors })
    .select('id');
  await deleteEntries(
    tx,
    aliases.map((alias) => alias.id),
    record,
  );
}

function toRow(agent: AttestedAgent): Omit<AgentRow, 'row'> {
  return {
    id: agent.id.toString(),
    attestation_type: agent.attestationType,
    serial_number: agent.current?.serialNumber ?? null,
    expires_at: agent.current === undefined ? null : toSeconds(agent.current.expiresAt),
    renewed_serial_number: agent.renewed?.serialNumber ?? null,
    renewed_expires_at: agent.renewed === undefined ? null : toSeconds(agent.renewed.expiresAt),
    can_reattest: agent.canReattest,
    selectors: toList(agent.selectors),
    agent_version: agent.agentVersion,
  };
}

export function fromRow(row: AgentRow): AgentRecord {
  return {
    id: SpiffeId.parse(row.id),
    order: row.row,
    attestationType: row.attestation_type,
    current: serial(row.serial_number, row.expires_at),
    renewed: serial(row.renewed_serial_number, row.renewed_expires_at),
    canReattest: Boolean(row.can_reattest),
    selectors: fromList(row.selectors, (text) => Selector.parse(text)),
    agentVersion: row.agent_version,
  };
}

function serial(
  serialNumber: string | null,
  expiresAt: number | null,
): AgentSvidSerial | undefined {
  if (serialNumber === null || expiresAt === null) return undefined;
  return { serialNumber, expiresAt: fromSeconds(expiresAt) };
}
