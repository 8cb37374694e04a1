import t from 'tap';
import { SvidCache } from '../../../agent/cache/svid-cache.ts';
import { entryOf, selectorsOf } from '../../support/entries.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { workloadSvid } from '../../support/workload-svids.ts';

const ca = await FakeCa.create('example.org', new FakeClock());
const entry = entryOf('a');
const svid = await workloadSvid(ca, entry);

t.test('an SVID is of the version of the entry that it was issued from', (t) => {
  t.equal(svid.isOf(entry), true);
  t.equal(svid.isOf({ ...entry, revision: '1' }), false);
  t.equal(svid.isOf({ ...entry, createdAt: 1 }), false);
  t.equal(svid.isFor({ ...entry, revision: '1' }), true);
  const other = { ...entry, spiffeId: entryOf('b').spiffeId };
  t.equal(svid.isOf(other), false);
  t.equal(svid.isFor(other), false);
  t.equal(svid.authorityKeyId, ca.certificates[0]!.subjectKeyId);
  t.end();
});

t.test('publishes what was signed to those who wait for it', async (t) => {
  const cache = new SvidCache();
  const subscriber = cache.subscribe();
  subscriber.interest = { selectors: selectorsOf('unix:uid:1000'), entryIds: ['a'] };
  const heard = subscriber.changed(new AbortController().signal);
  cache.put(new Map([['a', svid]]));
  await heard;
  t.equal(cache.find('a'), svid);
  t.equal(cache.size, 1);
  cache.drop(['a', 'never-there']);
  t.equal(cache.find('a'), undefined);
  cache.unsubscribe(subscriber);
});

t.test('asks once for what several wait for', (t) => {
  const cache = new SvidCache();
  let asked = 0;
  cache.request([entryOf('early')]);
  cache.onRequest = () => asked++;
  cache.request([entry]);
  cache.request([entry]);
  t.equal(asked, 1);
  t.equal(cache.isWanted('a'), true);
  cache.put(new Map([['a', svid]]));
  t.equal(cache.isWanted('a'), false, 'done');
  cache.request([entryOf('b')]);
  t.equal(asked, 2);
  cache.drop(['b']);
  t.equal(cache.isWanted('b'), false, 'no longer an entry');
  const subscriber = cache.subscribe();
  subscriber.interest = { selectors: selectorsOf('unix:uid:1000'), entryIds: ['a'] };
  t.equal(cache.isWanted('a'), true, 'as long as it is shown');
  cache.unsubscribe(subscriber);
  t.equal(cache.isWanted('a'), false);
  t.end();
});
