import t from 'tap';
import { isHeartbeat, mergeUpdates, parseUpdate } from '../../../agent/sync/update.ts';
import type { Update } from '../../../agent/sync/update.ts';

type Message = Parameters<typeof parseUpdate>[0];

const message = (parts: Partial<Message>): Message => ({
  ...{ revision: '1', changes: [], resync: [] },
  ...parts,
});
const update = (parts: Partial<Update>): Update => ({ ...parseUpdate(message({})), ...parts });

t.test('what a message says', (t) => {
  t.strictSame(parseUpdate(message({ revision: '9007199254740993' })).revision, 9007199254740993n);
  const parsed = parseUpdate(
    message({
      changes: [
        { kind: 'ENTRY', id: 'a', gone: false },
        { kind: 'ENTRY', id: 'b', gone: true },
        { kind: 'BUNDLE', id: 'other.org', gone: true },
        { kind: 'AGENT', id: 'spiffe://example.org/spire/agent/a', gone: false },
        { kind: 'KIND_UNSPECIFIED', id: 'x', gone: false },
      ],
    }),
  );
  t.strictSame(parsed, {
    revision: 1n,
    changed: new Set(['a']),
    gone: new Set(['b']),
    bundles: new Set(['other.org']),
    isResync: false,
  });
  t.notOk(isHeartbeat(parsed));
  for (const [resync, isResync] of [
    [['ENTRY'], true],
    [['BUNDLE'], true],
    [['AGENT'], false],
    [['AGENT', 'ENTRY'], true],
    [['KIND_UNSPECIFIED'], true],
  ] as const) {
    t.equal(parseUpdate(message({ resync: [...resync] })).isResync, isResync, resync.join());
  }
  t.ok(isHeartbeat(parseUpdate(message({}))));
  t.notOk(isHeartbeat(parseUpdate(message({ resync: ['ENTRY'] }))));
  t.end();
});

t.test('of two that are acted upon as one the later counts', (t) => {
  const before = update({
    changed: new Set(['a', 'b']),
    gone: new Set(['c', 'd']),
    bundles: new Set(['one.org']),
  });
  const after = update({
    revision: 2n,
    changed: new Set(['c']),
    gone: new Set(['a']),
    bundles: new Set(['two.org']),
  });
  t.strictSame(mergeUpdates(before, after), {
    revision: 2n,
    changed: new Set(['b', 'c']),
    gone: new Set(['d', 'a']),
    bundles: new Set(['one.org', 'two.org']),
    isResync: false,
  });
  t.ok(mergeUpdates(update({ isResync: true }), after).isResync);
  t.ok(mergeUpdates(before, update({ isResync: true })).isResync);
  t.end();
});
