import { Selector } from '@vouchsafe/pki/selector';
import fc from 'fast-check';
import t from 'tap';
import type { AgentRecord } from '../../../server/attestation/agent-record.ts';
import { authorizedEntries } from '../../../server/registration/authorized-entries.ts';
import {
  agentsAbove,
  entriesBelow,
  isAlias,
  nodesOf,
} from '../../../server/registration/concerned-agents.ts';
import type { Fleet } from '../../../server/registration/concerned-agents.ts';
import type { RegistrationEntry } from '../../../server/registration/entry.ts';
import { EntryIndex } from '../../../server/registration/entry-index.ts';
import { NOW, agentRecord, idOf, storedEntry } from '../../support/server-entries.ts';

const SERVER_ID = idOf('/spire/server');
const one = agentRecord({ id: idOf('/spire/agent/one'), selectors: [Selector.of('node', 'eu')] });
const two = agentRecord({
  id: idOf('/spire/agent/two'),
  selectors: [Selector.of('node', 'eu'), Selector.of('node', 'rack7')],
});

function fleet(
  entries: readonly RegistrationEntry[],
  agents: readonly AgentRecord[] = [one, two],
): Fleet {
  const index = new EntryIndex();
  for (const entry of entries) index.put(entry);
  return {
    entries: index,
    agents: () => agents,
    findAgent: (id) => agents.find((agent) => agent.id.equals(id)),
  };
}

const alias = (id: string, path: string, ...values: readonly string[]) =>
  storedEntry(id, {
    parentId: SERVER_ID,
    spiffeId: idOf(path),
    selectors: values.map((value) => Selector.of('node', value)),
  });
const under = (id: string, parent: string, path: string) =>
  storedEntry(id, { parentId: idOf(parent), spiffeId: idOf(path) });
const above = (of: Fleet, path: string): string[] =>
  [...agentsAbove(of, idOf(path)).agents].map((id) => id.split('/').at(-1)!).sort();

t.test('whom what is below an ID concerns', (t) => {
  const of = fleet([
    alias('eu', '/eu', 'eu'),
    alias('rack', '/rack', 'eu', 'rack7'),
    alias('none', '/none', 'us'),
    under('middle', '/eu', '/middle'),
    under('high', '/spire/agent/one', '/high'),
    under('both', '/spire/agent/two', '/high'),
    under('c1', '/c2', '/c1'),
    under('c2', '/c1', '/c2'),
    under('out', '/spire/agent/one', '/c1'),
  ]);
  for (const [path, expected] of [
    ['/spire/agent/one', ['one']],
    ['/spire/agent/unknown', []],
    ['/eu', ['one', 'two']],
    ['/rack', ['two']],
    ['/none', []],
    ['/middle', ['one', 'two']],
    ['/high', ['one', 'two']],
    ['/c2', ['one']],
    ['/spire/server', []],
  ] as const) {
    t.strictSame(above(of, path), expected, path);
  }
  t.strictSame(
    [...agentsAbove(of, idOf('/middle')).through].map((id) => id.slice(20)),
    ['/middle', '/eu'],
  );
  t.end();
});

t.test('an alias concerns the nodes with all of its selectors', (t) => {
  t.ok(isAlias(alias('eu', '/eu', 'eu')));
  t.notOk(isAlias(under('a', '/eu', '/a')));
  const nodes = (...values: readonly string[]) => nodesOf(fleet([]), alias('x', '/x', ...values));
  t.strictSame(nodes('eu'), [one.id.toString(), two.id.toString()]);
  t.strictSame(nodes('rack7', 'eu', 'eu', 'eu'), [two.id.toString()]);
  t.strictSame(nodes('rack7', 'us'), []);
  t.end();
});

t.test('what is below an ID, as long as it is not too much', (t) => {
  const { entries } = fleet([
    under('a', '/top', '/a'),
    under('b', '/a', '/b'),
    under('c', '/b', '/a'),
    under('d', '/other', '/d'),
  ]);
  t.strictSame([...entriesBelow(entries, idOf('/top'), 3)!].sort(), ['a', 'b', 'c']);
  t.equal(entriesBelow(entries, idOf('/top'), 2), undefined);
  t.strictSame(entriesBelow(entries, idOf('/d'), 0), new Set());
  t.end();
});

t.test('nobody is forgotten: whoever is authorized for an entry is above its parent', (t) => {
  const paths = ['/a', '/b', '/c', '/spire/agent/one', '/spire/agent/two', '/spire/server'];
  const values = ['eu', 'rack7', 'us'];
  const entry = fc.record({
    parent: fc.constantFrom(...paths),
    path: fc.constantFrom('/a', '/b', '/c'),
    selectors: fc.subarray(values, { minLength: 1 }),
  });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 8 }), (drawn) => {
      const entries = drawn.map(({ parent, path, selectors }, i) =>
        storedEntry(`e${i}`, {
          parentId: idOf(parent),
          spiffeId: idOf(path),
          selectors: selectors.map((value) => Selector.of('node', value)),
        }),
      );
      const of = fleet(entries);
      return [one, two].every((agent) =>
        authorizedEntries(of.entries, agent, NOW).every(({ parentId }) =>
          agentsAbove(of, parentId).agents.has(agent.id.toString()),
        ),
      );
    }),
  );
  t.end();
});
