import t from 'tap';
import { EntryIndex } from '../../../server/registration/entry-index.ts';
import { AGENT_ID, idOf, storedEntry } from '../../support/server-entries.ts';

const ids = (entries: Iterable<{ readonly id: string }>): string[] =>
  [...entries].map(({ id }) => id);

t.test('finds entries by ID, parent and SPIFFE ID', async (t) => {
  const index = new EntryIndex();
  index.put(storedEntry('one'));
  index.put(storedEntry('two', { spiffeId: idOf('/other') }));
  t.equal(index.size, 2);
  t.equal(index.find('one')?.id, 'one');
  t.strictSame(ids(index.childrenOf(AGENT_ID)), ['one', 'two']);
  t.strictSame(ids(index.giving(idOf('/other'))), ['two']);
  t.strictSame(ids(index.childrenOf(idOf('/nobody'))), []);
});

t.test('a replaced entry is found where it is now and keeps its place', async (t) => {
  const index = new EntryIndex();
  index.put(storedEntry('one'));
  index.put(storedEntry('two'));
  index.put(storedEntry('one', { parentId: idOf('/moved'), spiffeId: idOf('/new') }));
  t.strictSame(ids(index.all()), ['one', 'two']);
  t.strictSame(ids(index.childrenOf(AGENT_ID)), ['two']);
  t.strictSame(ids(index.childrenOf(idOf('/moved'))), ['one']);
  t.strictSame(ids(index.giving(idOf('/new'))), ['one']);
});

t.test('a deleted entry is found nowhere', async (t) => {
  const index = new EntryIndex();
  index.put(storedEntry('one'));
  index.delete('one');
  index.delete('never was');
  t.equal(index.size, 0);
  t.equal(index.find('one'), undefined);
  t.strictSame(ids(index.childrenOf(AGENT_ID)), []);
  t.strictSame(ids(index.giving(idOf('/workload'))), []);
});
