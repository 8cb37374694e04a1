import { join } from 'node:path';
import t from 'tap';
import type { Knex } from 'knex';
import { readLog } from '../../../server/datastore/sql/change-log.ts';
import { openSqlite, sqliteSession } from '../../../server/datastore/sqlite/sqlite.ts';
import { NOW, idOf, newEntry } from '../../support/server-entries.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

/** The same database, on which something happens after each answer. */
function interrupted(db: Knex, happens: () => Promise<unknown>): Knex {
  const query = (table: string): Knex.QueryBuilder => {
    const builder = db(table);
    const answer = builder.then.bind(builder);
    builder.then = (resolve, reject) =>
      answer(async (result: unknown) => {
        await happens();
        return resolve?.(result as never) as never;
      }, reject);
    return builder;
  };
  return query as unknown as Knex;
}

t.test('what is committed while the log is read is no gap in it (F-31)', async (t) => {
  const file = join(temporaryDirectory(t), 'db');
  const store = await openSqlite(file);
  t.teardown(() => store.close());
  const { db } = sqliteSession(file, { readOnly: true });
  t.teardown(() => db.destroy());
  let count = 0;
  const commit = () => {
    const id = `e${count++}`;
    return store.entries.create([newEntry({ id, spiffeId: idOf(`/${id}`) })], NOW);
  };
  t.strictSame(await readLog(interrupted(db, commit), 0, 10), [], 'nothing had been by then');
  const log = await readLog(interrupted(db, commit), 0, 10);
  t.match(log?.[0], { revision: 1, kind: 'entry', id: 'e0' });
  t.strictSame(await readLog(db, count, 10), []);
  t.strictSame(await readLog(db, count + 1, 10), [], 'nor is there one that is yet to come');
  const writer = sqliteSession(file, { readOnly: false });
  await writer.db('changes').where('revision', '<=', 2).delete();
  await writer.db.destroy();
  t.equal(await readLog(db, 0, 10), undefined, 'a gap is one');
  t.match(await readLog(db, 2, 10), [{ revision: 3 }]);
});
