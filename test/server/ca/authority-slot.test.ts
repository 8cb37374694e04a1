import t from 'tap';
import {
  activateAt,
  nextStep,
  nextStepAt,
  otherSlot,
  prepareAt,
} from '../../../server/ca/authority-slot.ts';
import type { AuthoritySlot } from '../../../server/ca/authority-slot.ts';
import type { Authority } from '../../../server/ca/authority.ts';
import type { AuthorityStatus } from '../../../server/datastore/datastore.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = new Date('2026-01-01T00:00:00Z');
const at = (ms: number): Date => new Date(START.getTime() + ms);

function slot(
  status: AuthorityStatus,
  life: { from?: number; to?: number } = {},
): AuthoritySlot<Authority> {
  const { from = 0, to = DAY } = life;
  const authority = { issuedAt: at(from), expiresAt: at(to) } as Authority; // times are all that counts
  return { slot: 'A', status, authority };
}

t.test('a successor is prepared at half the life, at most 30 days before its end', async (t) => {
  t.strictSame(prepareAt({ issuedAt: START, expiresAt: at(DAY) }), at(12 * HOUR));
  t.strictSame(prepareAt({ issuedAt: START, expiresAt: at(365 * DAY) }), at(335 * DAY));
});

t.test('and activated at five sixths of it, at most 7 days before its end', async (t) => {
  t.strictSame(activateAt({ issuedAt: START, expiresAt: at(DAY) }), at(20 * HOUR));
  t.strictSame(activateAt({ issuedAt: START, expiresAt: at(365 * DAY) }), at(358 * DAY));
});

const current = slot('active');
const rows = [
  { name: 'nothing yet', slots: {}, now: 0, step: 'establish' },
  { name: 'a fresh authority', slots: { current }, now: 12 * HOUR, step: 'none' },
  { name: 'after half its life', slots: { current }, now: 12 * HOUR + 1, step: 'prepare' },
  {
    name: 'an old one beside it makes no difference',
    slots: { current, next: slot('old', { from: -DAY, to: 13 * HOUR }) },
    now: 12 * HOUR + 1,
    step: 'prepare',
  },
  {
    name: 'its successor published',
    slots: { current, next: slot('prepared', { from: 12 * HOUR, to: 36 * HOUR }) },
    now: 20 * HOUR,
    step: 'none',
  },
  {
    name: 'after five sixths',
    slots: { current, next: slot('prepared', { from: 12 * HOUR, to: 36 * HOUR }) },
    now: 20 * HOUR + 1,
    step: 'activate',
  },
  { name: 'five sixths and no successor', slots: { current }, now: 21 * HOUR, step: 'prepare' },
  { name: 'expired and no successor', slots: { current }, now: DAY, step: 'establish' },
  {
    name: 'expired, its successor waiting',
    slots: { current, next: slot('prepared', { from: 12 * HOUR, to: 36 * HOUR }) },
    now: DAY,
    step: 'activate',
  },
  {
    name: 'both expired',
    slots: { current, next: slot('prepared', { from: 12 * HOUR, to: 36 * HOUR }) },
    now: 36 * HOUR,
    step: 'establish',
  },
  {
    name: 'the active one lost, its successor waiting',
    slots: { next: slot('prepared') },
    now: 1,
    step: 'activate',
  },
] as const;

t.test('nextStep', async (t) => {
  for (const { name, slots, now, step } of rows) {
    const full = { current: undefined, next: undefined, ...slots };
    t.equal(nextStep(full, at(now)), step, name);
  }
});

t.test('nextStepAt is when nextStep will say so', async (t) => {
  t.equal(nextStepAt({ current: undefined, next: undefined }), undefined);
  t.strictSame(nextStepAt({ current, next: undefined }), at(12 * HOUR));
  t.strictSame(nextStepAt({ current, next: slot('prepared') }), at(20 * HOUR));
});

t.test('slots take turns', async (t) => {
  t.equal(otherSlot('A'), 'B');
  t.equal(otherSlot('B'), 'A');
});
