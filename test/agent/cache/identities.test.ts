import t from 'tap';
import { EntryIndex } from '../../../agent/cache/entry-index.ts';
import type { RegistrationEntry } from '../../../agent/cache/entry.ts';
import { decide, entitlement, identitiesOf } from '../../../agent/cache/identities.ts';
import type { Decision, DecisionState, Identity, Shown } from '../../../agent/cache/identities.ts';
import { SvidCache } from '../../../agent/cache/svid-cache.ts';
import { entryOf, selectorsOf } from '../../support/entries.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { workloadSvid } from '../../support/workload-svids.ts';

const clock = new FakeClock();
const ca = await FakeCa.create('example.org', clock);
const now = clock.now();
const [a, b] = [entryOf('a'), entryOf('b')];
const [svidA, svidB] = [await workloadSvid(ca, a), await workloadSvid(ca, b)];
const newer = { ...a, revision: '1' };
const moved: RegistrationEntry = { ...newer, spiffeId: b.spiffeId };
const shown = (...entries: RegistrationEntry[]): Shown =>
  new Map(entries.map(({ id, spiffeId }) => [id, spiffeId.toString()]));

const first = { shown: undefined, isOverdue: false, now };
const late = { ...first, isOverdue: true };
const after = (...entries: RegistrationEntry[]) => ({ ...first, shown: shown(...entries) });
const expired = (state: DecisionState) => ({ ...state, now: new Date(svidA.expiresAt) });

const told = (decision: Decision): string =>
  decision.kind === 'send'
    ? `send ${decision.identities.map(({ entry }) => entry.id).join()}`
    : decision.kind === 'wait' && decision.isUrgent
      ? 'wait a little'
      : decision.kind;

const signed = (entry: RegistrationEntry, svid = svidA): Identity => ({ entry, svid });
const unsigned = (entry: RegistrationEntry): Identity => ({ entry, svid: undefined });
const both = [signed(a), signed(b, svidB)];

for (const [name, identities, state, expected] of [
  ['WAPI-19: nobody gets nothing', [], first, 'deny'],
  ['STR-05: when nothing is left', [], after(a), 'deny'],
  ['WAPI-13: everything signed is everything sent', both, first, 'send a,b'],
  ['STR-01: never a part at first', [signed(a), unsigned(b)], first, 'wait a little'],
  ['STR-01: not even when it takes long', [signed(a), unsigned(b)], late, 'wait a little'],
  ['a new identity waits until it is signed', [signed(a), unsigned(b)], after(a), 'wait'],
  ['an update waits until it is signed', [signed(newer)], after(a), 'wait'],
  ['an update waits at first too', [signed(newer)], first, 'wait a little'],
  ['but then what is there will do', [signed(newer)], late, 'send a'],
  ['an SVID of another identity never will', [signed(moved)], late, 'wait a little'],
  ['STR-04: WAPI-20: what is gone is withdrawn', [signed(b, svidB)], after(a, b), 'send b'],
  ['STR-06: at once', [signed(b, svidB), unsigned(newer)], after(entryOf('c'), b), 'send b'],
  [
    'WAPI-20: an identity that has changed is withdrawn',
    [signed(moved), signed(b, svidB)],
    after(a, b),
    'send b',
  ],
  ['what replaces the only one may take a moment', [unsigned(b)], after(a), 'wait a little'],
  ['but not long', [unsigned(b)], { ...after(a), isOverdue: true }, 'deny'],
  ['INT-15: an expired SVID is not sent', [signed(a)], expired(first), 'wait a little'],
  ['INT-15: ever', [signed(a)], expired(late), 'wait a little'],
  ['STR-10: nor is the stream ended for it', [signed(a)], expired(after(a)), 'wait'],
] as const) {
  t.test(name, (t) => {
    t.equal(told(decide(identities, state)), expected);
    t.end();
  });
}

t.test('T-01: what is for a secret store is served to nobody', (t) => {
  const index = new EntryIndex();
  index.put(entryOf('stored', { storeSvid: true }));
  index.put(entryOf('old', { createdAt: 1, hint: 'x' }));
  index.put(entryOf('new', { createdAt: 2, hint: 'x' }));
  index.put(entryOf('plain', { createdAt: 3 }));
  const entitled = entitlement(index, selectorsOf('unix:uid:1000'));
  t.strictSame(
    entitled.map(({ id }) => id),
    ['plain', 'old'],
    'in their order, each hint once',
  );
  t.strictSame(entitlement(index, selectorsOf('unix:uid:1')), []);
  t.strictSame(
    identitiesOf(entitled, new SvidCache()).map(({ svid }) => svid),
    [undefined, undefined],
  );
  t.end();
});
