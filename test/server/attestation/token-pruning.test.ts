import { join } from 'node:path';
import t from 'tap';
import { TokenPruning } from '../../../server/attestation/token-pruning.ts';
import { openSqlite } from '../../../server/datastore/sqlite/sqlite.ts';
import { captureLog } from '../../support/capture-log.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

const MINUTE = 60_000;

t.test('forgets, every five minutes, what can no longer be used', async (t) => {
  const datastore = await openSqlite(join(temporaryDirectory(t), 'db'));
  t.teardown(() => datastore.close());
  const { joinTokens: tokens } = datastore;
  const clock = new FakeClock();
  const { log, records } = captureLog();
  const inMinutes = (count: number): Date => new Date(clock.now().getTime() + count * MINUTE);
  const aliasId = undefined;
  await tokens.create({ hash: 'short', expiresAt: inMinutes(4), aliasId });
  await tokens.create({ hash: 'long', expiresAt: inMinutes(60), aliasId });

  const stop = new AbortController();
  const running = new TokenPruning({ tokens, clock, log }).run(stop.signal);
  await clock.waiting();
  t.strictSame(clock.waits, [5 * MINUTE]);
  t.strictSame(records, [], 'nothing to do is not worth a word');
  clock.advance(5 * MINUTE);
  await clock.waiting();
  t.match(records, [{ level: 'debug', msg: 'Join tokens pruned', count: 1 }]);
  t.equal(await tokens.create({ hash: 'long', expiresAt: inMinutes(1), aliasId }), false);
  stop.abort();
  await running;
});

t.test('goes on when the database fails', async (t) => {
  const clock = new FakeClock();
  const { log, records } = captureLog();
  let attempts = 0;
  const tokens = {
    prune: () => (++attempts === 1 ? Promise.reject(new Error('disk')) : Promise.resolve(0)),
  };
  const stop = new AbortController();
  const running = new TokenPruning({ tokens, clock, log }).run(stop.signal);
  await clock.waiting();
  t.match(records, [{ level: 'warn', msg: 'Join tokens could not be pruned' }]);
  clock.advance(5 * MINUTE);
  await clock.waiting();
  t.equal(attempts, 2);
  stop.abort();
  await running;
});
