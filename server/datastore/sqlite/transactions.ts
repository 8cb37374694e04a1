import type { Knex } from 'knex';
import type { Change } from '../datastore.ts';
import { damagedRow, datastoreError } from './connection.ts';
import type { Connection } from './connection.ts';

/** Collects what a transaction changed, to be told once it is durable. */
export type Record = (change: Change) => void;

/** All access to the database: failures get their meaning here, and changes their audience. */
export class Transactions {
  readonly #connection: Connection;
  readonly #file: string;
  readonly #listeners = new Set<(change: Change) => void>();

  constructor(connection: Connection, file: string) {
    this.#connection = connection;
    this.#file = file;
  }

  subscribe(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The rows, each as what it stands for; one that stands for nothing means that the database is damaged. */
  async read<Row, T>(
    query: (db: Knex) => PromiseLike<Row[]>,
    fromRow: (row: Row) => T,
  ): Promise<T[]> {
    let rows: Row[];
    try {
      rows = await query(this.#connection.reader);
    } catch (error) {
      throw datastoreError(error, this.#file);
    }
    try {
      return rows.map(fromRow);
    } catch (error) {
      throw damagedRow(error, this.#file);
    }
  }

  /** Runs `work` in one transaction, one at a time; what it throws rolls back. */
  async write<T>(work: (tx: Knex.Transaction, record: Record) => Promise<T>): Promise<T> {
    const changes: Change[] = [];
    let result: T;
    try {
      result = await this.#connection.writer.transaction((tx) =>
        work(tx, (change) => changes.push(change)),
      );
    } catch (error) {
      throw datastoreError(error, this.#file);
    }
    for (const change of changes) for (const listener of this.#listeners) listener(change);
    return result;
  }
}
