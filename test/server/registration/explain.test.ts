import { Selector } from '@vouchsafe/pki/selector';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import fc from 'fast-check';
import t from 'tap';
import type { AgentRecord } from '../../../server/attestation/agent-record.ts';
import { authorizedEntries } from '../../../server/registration/authorized-entries.ts';
import { EntryIndex } from '../../../server/registration/entry-index.ts';
import type { RegistrationEntry } from '../../../server/registration/entry.ts';
import { explainIdentity } from '../../../server/registration/explain.ts';
import type { Explanation } from '../../../server/registration/explain.ts';
import type { Registrations } from '../../../server/registration/fault.ts';
import {
  AGENT_ID,
  NOW,
  TRUST_DOMAIN,
  agentRecord,
  idOf,
  storedEntry,
} from '../../support/server-entries.ts';

const SERVER_ID = idOf('/spire/server');
const TWO = idOf('/spire/agent/join_token/two');
const rack = (value: string): Selector => Selector.of('node', `rack:${value}`);
const before = new Date(NOW.getTime() - 1);

function registrations(
  entries: readonly RegistrationEntry[],
  agents: readonly AgentRecord[] = [agentRecord()],
): Registrations {
  const index = new EntryIndex();
  for (const entry of entries) index.put(entry);
  return {
    entries: index,
    findAgent: (id) => agents.find((agent) => agent.id.equals(id)),
    agents: () => agents,
  };
}

function explain(from: Registrations, spiffeId: SpiffeId, agentId?: SpiffeId): Explanation {
  const work = explainIdentity({ spiffeId, agentId, trustDomain: TRUST_DOMAIN, now: NOW }, from);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

const kindsOf = ({ faults, entries }: Explanation): string[] =>
  [...faults, ...entries.flatMap((each) => each.faults)].map(({ kind }) => kind);

interface Row {
  readonly name: string;
  readonly entries: readonly RegistrationEntry[];
  readonly agents?: readonly AgentRecord[];
  readonly agentId?: SpiffeId;
  readonly given: boolean;
  readonly kinds: readonly string[];
}

const workload = storedEntry('w');
const svid = { serialNumber: '1', expiresAt: new Date(NOW.getTime() + 1000) };
const alias = storedEntry('alias', {
  ...{ spiffeId: idOf('/rack'), parentId: SERVER_ID },
  selectors: [rack('7'), rack('8')],
});
const onRack = storedEntry('w', { parentId: idOf('/rack') });
const rows: readonly Row[] = [
  { name: 'under an agent', entries: [workload], given: true, kinds: [] },
  {
    name: 'under the agent asked for',
    entries: [workload],
    agentId: AGENT_ID,
    given: true,
    kinds: [],
  },
  {
    name: 'under another agent',
    entries: [workload],
    agents: [agentRecord(), agentRecord({ id: TWO })],
    ...{ agentId: TWO, given: false, kinds: ['OTHER_AGENT'] },
  },
  {
    name: 'asked for an agent that is none',
    ...{ entries: [workload], agentId: TWO, given: false, kinds: ['AGENT_UNKNOWN'] },
  },
  { name: 'no entry', entries: [], given: false, kinds: ['NOT_REGISTERED'] },
  { name: 'no agent', entries: [workload], agents: [], given: false, kinds: ['AGENT_UNKNOWN'] },
  {
    name: 'banned',
    entries: [workload],
    agents: [agentRecord({ current: undefined })],
    ...{ given: false, kinds: ['AGENT_BANNED'] },
  },
  {
    name: 'agent expired',
    entries: [workload],
    agents: [agentRecord({ current: { ...svid, expiresAt: NOW } })],
    ...{ given: false, kinds: ['AGENT_EXPIRED'] },
  },
  {
    name: 'agent that has renewed and not shown it yet',
    entries: [workload],
    agents: [agentRecord({ current: { ...svid, expiresAt: NOW }, renewed: svid })],
    ...{ given: true, kinds: [] },
  },
  {
    name: 'entry expired',
    entries: [storedEntry('w', { expiresAt: before })],
    ...{ given: false, kinds: ['ENTRY_EXPIRED'] },
  },
  {
    name: 'stored and expired',
    entries: [storedEntry('w', { expiresAt: before, storeSvid: true })],
    ...{ given: false, kinds: ['ENTRY_EXPIRED', 'STORED_ONLY'] },
  },
  {
    name: 'one entry good, one not',
    entries: [storedEntry('bad', { parentId: idOf('/nowhere') }), workload],
    ...{ given: true, kinds: ['PARENT_UNKNOWN'] },
  },
  {
    name: 'circle of one',
    entries: [storedEntry('w', { parentId: idOf('/workload') })],
    ...{ given: false, kinds: ['PARENT_CIRCLE'] },
  },
  {
    name: 'alias of a node',
    entries: [alias, onRack],
    agents: [agentRecord({ selectors: [rack('8'), rack('7'), rack('9')] })],
    ...{ given: true, kinds: [] },
  },
  {
    name: 'alias of no node',
    entries: [alias, onRack],
    ...{ given: false, kinds: ['ALIAS_UNMATCHED'] },
  },
  {
    name: 'alias of a banned node',
    entries: [alias, onRack],
    agents: [agentRecord({ selectors: [rack('8'), rack('7')], current: undefined })],
    ...{ given: false, kinds: ['AGENT_BANNED'] },
  },
];

for (const { name, entries, agents, agentId, given, kinds } of rows) {
  t.test(name, (t) => {
    const explanation = explain(registrations(entries, agents), idOf('/workload'), agentId);
    t.strictSame([explanation.given, kindsOf(explanation)], [given, kinds]);
    t.end();
  });
}

t.test('of an alias without nodes: the node that lacks least, and the nearest it has', (t) => {
  const agents = [
    agentRecord({ id: TWO, selectors: [Selector.of('other', 'thing')] }),
    agentRecord({ selectors: [rack('7'), rack('80')] }),
  ];
  const [entry] = explain(registrations([alias, onRack], agents), idOf('/workload')).entries;
  t.strictSame(entry?.faults, [
    {
      kind: 'ALIAS_UNMATCHED',
      subject: alias.spiffeId,
      entryId: 'alias',
      nearest: [AGENT_ID],
      missing: [{ selector: rack('8'), nearest: rack('80') }],
    },
  ]);
  t.end();
});

t.test('of very many entries, those looked at and the faults are few', (t) => {
  const entries = Array.from({ length: 500 }, (_, i) =>
    storedEntry(`e${String(i)}`, { parentId: idOf(`/missing/${String(i)}`) }),
  );
  const explanation = explain(registrations(entries), idOf('/workload'));
  t.equal(explanation.entries.length, 100);
  t.equal(explanation.entryCount, 500);
  const compared = explanation.entries.filter(({ faults }) => faults[0]?.nearest !== undefined);
  t.equal(compared.length, 10, 'all IDs are walked a bounded number of times');
  t.end();
});

t.test('it is given exactly when an agent is authorized for it', (t) => {
  const paths = ['/a', '/b', '/c', '/d', '/spire/agent/join_token/one', '/spire/server'];
  const entry = fc.record({
    path: fc.constantFrom('/a', '/b', '/c', '/d'),
    parent: fc.constantFrom(...paths),
    expired: fc.boolean(),
    selector: fc.constantFrom('7', '8'),
  });
  const property = fc.property(fc.array(entry, { maxLength: 10 }), (drawn) => {
    const entries = drawn.map(({ path, parent, expired, selector }, i) =>
      storedEntry(String(i), {
        ...{ spiffeId: idOf(path), parentId: idOf(parent), selectors: [rack(selector)] },
        expiresAt: expired ? before : undefined,
      }),
    );
    const agent = agentRecord({ selectors: [rack('7')] });
    const from = registrations(entries, [agent]);
    const authorized = new Set(authorizedEntries(from.entries, agent, NOW).map(({ id }) => id));
    return ['/a', '/b', '/c', '/d'].every((path) => {
      const explanation = explain(from, idOf(path));
      const agrees = explanation.entries.every(
        ({ entry: { id }, given }) => given === authorized.has(id),
      );
      return agrees && (explanation.given || kindsOf(explanation).length > 0);
    });
  });
  fc.assert(property, { numRuns: 1000 });
  t.end();
});
