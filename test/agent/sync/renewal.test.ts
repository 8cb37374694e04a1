import t from 'tap';
import type { RegistrationEntry } from '../../../agent/cache/entry.ts';
import type { WorkloadSvid } from '../../../agent/cache/svid-cache.ts';
import { planRenewals, stalenessOf } from '../../../agent/sync/renewal.ts';
import type { RenewalView } from '../../../agent/sync/renewal.ts';
import { entryOf } from '../../support/entries.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { workloadSvid } from '../../support/workload-svids.ts';

const clock = new FakeClock();
const ca = await FakeCa.create('example.org', clock);
const now = clock.now();
const later = (seconds: number): Date => new Date(now.getTime() + seconds * 1000);
const entry = entryOf('a');
const svid = await workloadSvid(ca, entry);
const untainted = { now, isTainted: () => false };

for (const [name, of, has, state, expected] of [
  ['fresh', entry, svid, untainted, undefined],
  ['not there', entry, undefined, untainted, 'missing'],
  ['of an earlier revision', { ...entry, revision: '1' }, svid, untainted, 'outdated'],
  ['of an entry made anew', { ...entry, createdAt: 7 }, svid, untainted, 'outdated'],
  ['at half of its life', entry, svid, { ...untainted, now: later(1800) }, 'due'],
  ['of a tainted authority', entry, svid, { now, isTainted: () => true }, 'tainted'],
] as const) {
  t.test(`an SVID that is ${name} is ${expected ?? 'as it should be'}`, (t) => {
    t.equal(stalenessOf(of, has, state), expected);
    t.end();
  });
}

interface Case {
  readonly entry: RegistrationEntry;
  readonly svid?: WorkloadSvid;
  readonly wanted?: boolean;
  readonly delayed?: boolean;
}

function plan(
  cases: readonly Case[],
  { keep = 100, at = now, tainted = [] as WorkloadSvid[] } = {},
) {
  const byId = new Map(cases.map((one) => [one.entry.id, one]));
  const view: RenewalView = {
    entries: cases.map((one) => one.entry),
    find: (id) => byId.get(id)?.svid,
    isWanted: (id) => byId.get(id)?.wanted === true,
    isTainted: (one) => tainted.includes(one),
    isDelayed: (id) => byId.get(id)?.delayed === true,
    keep,
  };
  const { sign, drop, nextAt } = planRenewals(view, at);
  return { sign: sign.map(({ id }) => id), drop, nextAt };
}

t.test('who waits comes first, then what must be replaced, then what may be', async (t) => {
  const [due, outdated, tainted] = [entryOf('due'), entryOf('outdated'), entryOf('tainted')];
  const taintedSvid = await workloadSvid(ca, tainted);
  const cases = [
    { entry: entryOf('spare') },
    { entry: due, svid: await workloadSvid(ca, due, { ttlSeconds: 100 }) },
    { entry: { ...outdated, revision: '1' }, svid: await workloadSvid(ca, outdated) },
    { entry: tainted, svid: taintedSvid },
    { entry: entryOf('waited-for'), wanted: true },
  ];
  t.strictSame(plan(cases, { at: later(60), tainted: [taintedSvid] }).sign, [
    'waited-for',
    'tainted',
    'outdated',
    'due',
    'spare',
  ]);
});

t.test('keeps ready as many as it may, and signs beyond that what is wanted', async (t) => {
  const cases: Case[] = ['a', 'b', 'c', 'd'].map((id) => ({ entry: entryOf(id) }));
  t.strictSame(plan(cases, { keep: 2 }).sign, ['a', 'b']);
  t.strictSame(plan(cases, { keep: 0 }).sign, []);
  const wanted = [...cases, { entry: entryOf('e'), wanted: true }];
  t.strictSame(plan(wanted, { keep: 0 }).sign, ['e']);
  t.strictSame(plan(wanted, { keep: 1 }).sign, ['e', 'a']);
});

t.test('lets go of what there is no room for, but never of what is in use', async (t) => {
  const [a, b] = [await workloadSvid(ca, entryOf('a')), await workloadSvid(ca, entryOf('b'))];
  const unused = [
    { entry: entryOf('a'), svid: a },
    { entry: entryOf('b'), svid: b },
  ];
  t.strictSame(plan(unused, { keep: 1 }), { sign: [], drop: ['b'], nextAt: a.renewAt });
  const used = [unused[0]!, { ...unused[1]!, wanted: true }];
  t.strictSame(plan(used, { keep: 0 }).drop, ['a']);
});

t.test(
  'leaves alone what is not to be prefetched, not to be served, or failed a moment ago',
  (t) => {
    const cases = [
      { entry: entryOf('on-demand', { prefetch: false }) },
      { entry: entryOf('stored', { storeSvid: true }), wanted: true },
      { entry: entryOf('failed'), wanted: true, delayed: true },
    ];
    t.strictSame(plan(cases).sign, []);
    t.strictSame(plan([{ ...cases[0]!, wanted: true }]).sign, ['on-demand']);
    t.end();
  },
);

t.test('knows when to look again', async (t) => {
  const [early, late] = [entryOf('early'), entryOf('late')];
  const cases = [
    { entry: late, svid: await workloadSvid(ca, late) },
    { entry: early, svid: await workloadSvid(ca, early, { ttlSeconds: 600 }) },
  ];
  t.strictSame(plan(cases).nextAt, cases[1]!.svid.renewAt);
  t.equal(plan([]).nextAt, undefined);
});
