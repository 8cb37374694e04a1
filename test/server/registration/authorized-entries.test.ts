import { Selector } from '@vouchsafe/pki/selector';
import fc from 'fast-check';
import t from 'tap';
import {
  authorizedEntries,
  findAuthorizedEntry,
} from '../../../server/registration/authorized-entries.ts';
import { EntryIndex } from '../../../server/registration/entry-index.ts';
import type { RegistrationEntry } from '../../../server/registration/entry.ts';
import { AGENT_ID, NOW, agentRecord, idOf, storedEntry } from '../../support/server-entries.ts';

const agent = agentRecord();
const SERVER_ID = idOf('/spire/server');
const region = Selector.of('node', 'region:eu');
const rack = Selector.of('node', 'rack:7');

function indexOf(...entries: RegistrationEntry[]): EntryIndex {
  const index = new EntryIndex();
  for (const entry of entries) index.put(entry);
  return index;
}

const idsFor = (index: EntryIndex, of = agent): string[] =>
  authorizedEntries(index, of, NOW)
    .map(({ id }) => id)
    .sort();

const cases: readonly {
  readonly name: string;
  readonly entries: readonly RegistrationEntry[];
  readonly of?: typeof agent;
  readonly expected: readonly string[];
}[] = [
  { name: 'none', entries: [], expected: [] },
  {
    name: 'those below the agent, and below what these give',
    entries: [
      storedEntry('child', { spiffeId: idOf('/child') }),
      storedEntry('grandchild', { parentId: idOf('/child'), spiffeId: idOf('/grandchild') }),
      storedEntry('elsewhere', { parentId: idOf('/spire/agent/join_token/two') }),
    ],
    expected: ['child', 'grandchild'],
  },
  {
    name: 'parents in a circle',
    entries: [
      storedEntry('a', { spiffeId: idOf('/a') }),
      storedEntry('b', { parentId: idOf('/a'), spiffeId: idOf('/b') }),
      storedEntry('c', { parentId: idOf('/b'), spiffeId: idOf('/a') }),
    ],
    expected: ['a', 'b', 'c'],
  },
  {
    name: 'those below a node alias, without the alias',
    entries: [
      storedEntry('alias', { parentId: SERVER_ID, spiffeId: idOf('/eu'), selectors: [region] }),
      storedEntry('below', { parentId: idOf('/eu') }),
    ],
    of: agentRecord({ selectors: [region, rack] }),
    expected: ['below'],
  },
  {
    name: 'no alias that asks for a selector the node does not have',
    entries: [
      storedEntry('alias', {
        parentId: SERVER_ID,
        spiffeId: idOf('/eu'),
        selectors: [region, rack],
      }),
      storedEntry('below', { parentId: idOf('/eu') }),
    ],
    of: agentRecord({ selectors: [region] }),
    expected: [],
  },
  {
    name: 'no alias for an agent without node selectors',
    entries: [
      storedEntry('alias', { parentId: SERVER_ID, spiffeId: idOf('/eu'), selectors: [region] }),
      storedEntry('below', { parentId: idOf('/eu') }),
    ],
    expected: [],
  },
  {
    name: 'neither an expired entry nor what hangs on it',
    entries: [
      storedEntry('expired', { spiffeId: idOf('/expired'), expiresAt: NOW }),
      storedEntry('below', { parentId: idOf('/expired') }),
      storedEntry('alive', { expiresAt: new Date(NOW.getTime() + 1000) }),
    ],
    expected: ['alive'],
  },
  {
    name: 'an expired alias gives nothing',
    entries: [
      storedEntry('alias', {
        parentId: SERVER_ID,
        spiffeId: idOf('/eu'),
        selectors: [region],
        expiresAt: NOW,
      }),
      storedEntry('below', { parentId: idOf('/eu') }),
    ],
    of: agentRecord({ selectors: [region] }),
    expected: [],
  },
];

t.test('authorizedEntries', async (t) => {
  for (const { name, entries, of, expected } of cases) {
    t.strictSame(idsFor(indexOf(...entries), of), expected, name);
  }
});

t.test('findAuthorizedEntry agrees with the whole list', async (t) => {
  const name = fc.constantFrom('/a', '/b', '/c', '/d', '/e');
  const parent = fc.oneof(
    name.map(idOf),
    fc.constantFrom(AGENT_ID, SERVER_ID, idOf('/spire/agent/join_token/two')),
  );
  const entry = fc.record({
    parentId: parent,
    spiffeId: name.map(idOf),
    selectors: fc.subarray([region, rack], { minLength: 1 }),
    expiresAt: fc.constantFrom(undefined, undefined, undefined, NOW),
  });
  const of = agentRecord({ selectors: [region] });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 12 }), (drawn) => {
      const entries = drawn.map((overrides, i) => storedEntry(`e${i}`, overrides));
      const index = indexOf(...entries);
      const found = entries
        .filter(({ id }) => findAuthorizedEntry(index, { agent: of, entryId: id }, NOW))
        .map(({ id }) => id);
      t.strictSame(found.sort(), idsFor(index, of));
    }),
    { numRuns: 300 },
  );
});

t.test('findAuthorizedEntry knows no entry that is not there', async (t) => {
  t.equal(findAuthorizedEntry(indexOf(), { agent, entryId: 'none' }, NOW), undefined);
});
