import type { Knex } from 'knex';
import * as m0001 from './0001-foundation.ts';
import * as m0002 from './0002-change-log.ts';
import * as m0003 from './0003-federation-relationships.ts';
import * as m0004 from './0004-entry-attributes.ts';

export interface Migration {
  readonly name: string;
  /**
   * The oldest migration a server must know to work on the database after this one. While servers of a release and the
   * one before it share a database, this is one that the older release knows.
   */
  readonly needs: string;
  up(db: Knex): Promise<void>;
  down(db: Knex): Promise<void>;
}

/** In order, for ever: a release only adds to the end. */
export const migrations: readonly Migration[] = [
  { name: '0001-foundation', needs: '0001-foundation', ...m0001 },
  { name: '0002-change-log', needs: '0002-change-log', ...m0002 },
  { name: '0003-federation-relationships', needs: '0002-change-log', ...m0003 },
  { name: '0004-entry-attributes', needs: '0002-change-log', ...m0004 },
];
