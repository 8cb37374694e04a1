import type { Knex } from 'knex';
import type { ChangeLog, Datastore, LoggedChange, Notice } from '../datastore.ts';
import { SqlAgents } from './agents.ts';
import { SqlAuthorities } from './authorities.ts';
import { SqlBundles } from './bundles.ts';
import { ChangeFeed } from './change-feed.ts';
import { readLog, readRevision } from './change-log.ts';
import { ChangedThings } from './changed-things.ts';
import type { Database } from './database.ts';
import { SqlEntries } from './entries.ts';
import { SqlJoinTokens } from './join-tokens.ts';
import { SqlRelationships } from './relationships.ts';
import { Transactions, unreachable } from './transactions.ts';
import type { QueryObserver } from './transactions.ts';

export interface SqlDatastoreOptions {
  /** Whose authorities these are, among the servers that share the database. */
  readonly serverId: string;
  readonly observe?: QueryObserver | undefined;
}

/** The datastore in an SQL database. */
export class SqlDatastore implements Datastore {
  readonly entries: SqlEntries;
  readonly agents: SqlAgents;
  readonly joinTokens: SqlJoinTokens;
  readonly bundles: SqlBundles;
  readonly relationships: SqlRelationships;
  readonly authorities: SqlAuthorities;
  readonly changes: ChangeLog;
  readonly #database: Database;
  readonly #feed: ChangeFeed;

  private constructor(database: Database, { serverId, observe }: SqlDatastoreOptions) {
    this.#database = database;
    const things = new ChangedThings(() => this);
    const query = <T>(run: (db: Knex) => Promise<T>): Promise<T> =>
      run(database.reader).catch((error: unknown) => {
        throw database.explain(error);
      });
    const feed = new ChangeFeed({
      revision: () => query(readRevision),
      log: (after, limit) => query((db) => readLog(db, after, limit)),
      resolve: (log: readonly LoggedChange[]) => things.resolve(log),
      everything: () => things.everything(() => query(readRevision)),
    });
    this.#feed = feed;
    this.changes = {
      get revision() {
        return feed.revision;
      },
      since: (revision, limit) => query((db) => readLog(db, revision, limit)),
    };
    const transactions = new Transactions(database, feed, observe);
    this.entries = new SqlEntries(transactions);
    this.agents = new SqlAgents(transactions);
    this.joinTokens = new SqlJoinTokens(transactions);
    this.bundles = new SqlBundles(transactions);
    this.relationships = new SqlRelationships(transactions);
    this.authorities = new SqlAuthorities(transactions, serverId);
  }

  /** Takes the database over, with its schema up to date; closes it when it cannot be read. */
  static async over(database: Database, options: SqlDatastoreOptions): Promise<SqlDatastore> {
    const datastore = new SqlDatastore(database, options);
    try {
      await datastore.#feed.start();
    } catch (error) {
      await database.close();
      throw error;
    }
    return datastore;
  }

  get unreachableSince(): Date | undefined {
    return this.#database.follower?.unreachableSince;
  }

  subscribe(listener: (notice: Notice, revision: number) => void): () => void {
    return this.#feed.subscribe(listener);
  }

  async follow(): Promise<void> {
    await this.#database.follower?.start(() => this.#feed.catchUp());
  }

  async refresh(): Promise<void> {
    const { follower } = this.#database;
    if (follower === undefined) return;
    if (follower.unreachableSince !== undefined) throw unreachable(follower.unreachableSince);
    await this.#feed.catchUp();
  }

  close(): Promise<void> {
    return this.#database.close();
  }
}
