import t from 'tap';
import type { LoggedChange } from '../../../server/datastore/datastore.ts';
import { EntryIndex } from '../../../server/registration/entry-index.ts';
import { missedByAgent } from '../../../server/updates/missed.ts';
import { NOW, agentRecord, idOf, storedEntry } from '../../support/server-entries.ts';

const agent = agentRecord();
const entries = new EntryIndex();
for (const entry of [
  storedEntry('own', { spiffeId: idOf('/own') }),
  storedEntry('parent', { spiffeId: idOf('/parent') }),
  storedEntry('child', { parentId: idOf('/parent'), spiffeId: idOf('/child') }),
  storedEntry('other', { parentId: idOf('/spire/agent/join_token/two') }),
  storedEntry('expired', { spiffeId: idOf('/expired'), expiresAt: NOW }),
]) {
  entries.put(entry);
}

function missed(...changes: readonly (readonly [LoggedChange['kind'], string])[]) {
  const log = changes.map(([kind, id], i) => ({ revision: i + 1, kind, id }));
  return missedByAgent(log, { agent, entries, now: NOW });
}

const RESYNC = { changes: [], resync: ['entry'] };

t.test('what an agent is told of the time it was away', (t) => {
  t.strictSame(missed(), { changes: [], resync: [] });
  t.strictSame(missed(['entry', 'own'], ['entry', 'child'], ['bundle', 'example.org']), {
    changes: [
      { kind: 'entry', id: 'own' },
      { kind: 'entry', id: 'child' },
      { kind: 'bundle', id: 'example.org' },
    ],
    resync: [],
  });
  t.strictSame(missed(['agent', idOf('/spire/agent/join_token/two').toString()]), {
    changes: [],
    resync: [],
  });
  const own = agent.id.toString();
  t.strictSame(missed(['agent', own]), {
    changes: [{ kind: 'agent', id: own }],
    resync: ['entry'],
  });
  t.end();
});

t.test('of what may have been its own it learns no ID, and reads everything', (t) => {
  t.strictSame(missed(['entry', 'deleted']), RESYNC);
  t.strictSame(missed(['entry', 'other']), RESYNC);
  t.strictSame(missed(['entry', 'expired']), RESYNC);
  t.strictSame(missed(['entry', 'own'], ['entry', 'deleted']), RESYNC);
  t.strictSame(missed(['entry', 'parent']), RESYNC, 'nor is what it brought along forgotten');
  t.end();
});
