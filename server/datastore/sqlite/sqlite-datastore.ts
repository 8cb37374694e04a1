import type { Change, Datastore } from '../datastore.ts';
import { SqliteAgents } from './agents.ts';
import { SqliteAuthorities } from './authorities.ts';
import { SqliteBundles } from './bundles.ts';
import { openConnection } from './connection.ts';
import type { Connection } from './connection.ts';
import { SqliteEntries } from './entries.ts';
import { SqliteJoinTokens } from './join-tokens.ts';
import { Transactions } from './transactions.ts';

/** The datastore in one SQLite file, for one server. */
export class SqliteDatastore implements Datastore {
  readonly entries: SqliteEntries;
  readonly agents: SqliteAgents;
  readonly joinTokens: SqliteJoinTokens;
  readonly bundles: SqliteBundles;
  readonly authorities: SqliteAuthorities;
  readonly #connection: Connection;
  readonly #transactions: Transactions;

  private constructor(connection: Connection, file: string) {
    this.#connection = connection;
    this.#transactions = new Transactions(connection, file);
    this.entries = new SqliteEntries(this.#transactions);
    this.agents = new SqliteAgents(this.#transactions);
    this.joinTokens = new SqliteJoinTokens(this.#transactions);
    this.bundles = new SqliteBundles(this.#transactions);
    this.authorities = new SqliteAuthorities(this.#transactions);
  }

  /**
   * Opens the file, made when there is none, and brings its schema up to date.
   * @throws DatastoreError
   */
  static async open(file: string): Promise<SqliteDatastore> {
    return new SqliteDatastore(await openConnection(file), file);
  }

  subscribe(listener: (change: Change) => void): () => void {
    return this.#transactions.subscribe(listener);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}
