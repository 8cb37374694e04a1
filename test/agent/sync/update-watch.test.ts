import t from 'tap';
import { CallError, STATUS } from '../../../agent/sync/call-error.ts';
import { UpdateWatch, nextStep } from '../../../agent/sync/update-watch.ts';
import type { Update } from '../../../agent/sync/update.ts';
import { captureLog } from '../../support/capture-log.ts';
import { FakeClock } from '../../support/fake-clock.ts';

type Step = Update | Error | undefined;

const update = (revision: bigint, parts: Partial<Update> = {}): Update => ({
  revision,
  ...{ changed: new Set(), gone: new Set(), bundles: new Set(), isResync: false },
  ...parts,
});
const entry = (revision: bigint, id: string): Update =>
  update(revision, { changed: new Set([id]) });

/** One stream of updates; the test says what comes on it. */
class FakeStream {
  readonly from: bigint;
  ended = false;
  abandoned = false;
  readonly #steps: Step[] = [];
  #wake: () => void = () => undefined;

  constructor(from: bigint) {
    this.from = from;
  }

  say(step: Step): void {
    this.#steps.push(step);
    this.#wake();
  }

  async receive(): Promise<Update | undefined> {
    while (this.#steps.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    const step = this.#steps.shift();
    if (step instanceof Error) throw step;
    return step;
  }

  end(): void {
    this.ended = true;
    this.say(new CallError(1, 'cancelled'));
  }

  abandon(): void {
    this.abandoned = true;
    this.end();
  }
}

function setUp() {
  const clock = new FakeClock();
  const captured = captureLog();
  const streams: FakeStream[] = [];
  const applied: Update[] = [];
  const acknowledged: bigint[] = [];
  const judged: unknown[] = [];
  let onChange = (): void => undefined;
  /** Resolves when this is so, looked at after each thing that happens. */
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise<void>((resolve) => (onChange = resolve));
  };
  const gates = {
    apply: (): Promise<void> => Promise.resolve(),
    settled: (): Promise<void> => Promise.resolve(),
    judge: (): Promise<void> => Promise.resolve(),
  };
  const synchronizer = {
    isTold: false,
    apply: async (news: Update) => {
      applied.push(news);
      onChange();
      await gates.apply();
    },
  };
  const subject = new UpdateWatch({
    server: {
      watch: (from) => {
        const stream = new FakeStream(from);
        streams.push(stream);
        onChange();
        return stream;
      },
      acknowledge: (revision) => {
        acknowledged.push(revision);
        onChange();
        return Promise.resolve();
      },
    },
    synchronizer,
    svidFetcher: { settled: () => gates.settled() },
    standing: {
      judge: (error) => {
        if (error !== undefined) judged.push(error);
        return gates.judge();
      },
    },
    clock,
    log: captured.log,
    random: () => 0.5,
  });
  const stop = new AbortController();
  const running = subject.run(stop.signal);
  running.catch(() => undefined);
  t.teardown(() => stop.abort());
  const stream = async (count: number): Promise<FakeStream> => {
    await until(() => streams.length >= count);
    return streams[count - 1]!;
  };
  const caught = { applied, acknowledged, judged, records: captured.records };
  return { ...caught, clock, until, stream, gates, synchronizer, stop, running };
}

t.test('acts on what it is told, and says when it is served', async (t) => {
  const { stream, until, applied, acknowledged, synchronizer, stop, running } = setUp();
  const first = await stream(1);
  t.equal(first.from, 0n);
  t.notOk(synchronizer.isTold);
  first.say(update(3n, { isResync: true }));
  await until(() => acknowledged.length === 1);
  t.ok(synchronizer.isTold);
  first.say(entry(4n, 'a'));
  await until(() => acknowledged.length === 2);
  first.say(update(5n));
  first.say(entry(6n, 'b'));
  await until(() => acknowledged.length === 3);
  t.strictSame(acknowledged, [3n, 4n, 6n], 'a heartbeat needs no answer');
  t.ok(applied.some(({ changed }) => changed.has('a')));
  stop.abort();
  await running;
  t.ok(first.ended);
  t.notOk(synchronizer.isTold);
});

t.test('what comes while it is busy is one update then', async (t) => {
  const { stream, until, applied, acknowledged, gates } = setUp();
  let go = (): void => undefined;
  gates.apply = () => new Promise((resolve) => (go = resolve));
  const first = await stream(1);
  first.say(entry(1n, 'a'));
  await until(() => applied.length === 1);
  for (const [revision, id] of [
    [2n, 'b'],
    [3n, 'c'],
  ] as const) {
    first.say(entry(revision, id));
    await new Promise(setImmediate);
  }
  go();
  await until(() => applied.length === 2);
  t.strictSame(applied[1], update(3n, { changed: new Set(['b', 'c']) }));
  go();
  await until(() => acknowledged.includes(3n));
});

t.test('SVIDs that are long in coming hold up no further change', async (t) => {
  const { stream, until, applied, acknowledged, gates } = setUp();
  let signed = (): void => undefined;
  gates.settled = () => new Promise((resolve) => (signed = resolve));
  const first = await stream(1);
  for (const revision of [1n, 2n, 3n]) {
    first.say(entry(revision, 'a'));
    await until(() => applied.length === Number(revision));
  }
  t.strictSame(acknowledged, []);
  await new Promise(setImmediate);
  signed();
  await until(() => acknowledged.length === 1);
  await new Promise(setImmediate);
  signed();
  await until(() => acknowledged.length === 2);
  t.strictSame(acknowledged, [1n, 3n]);
});

t.test('goes on from where it was: at once after a good end, later after another', async (t) => {
  const { stream, clock, until, acknowledged, records, judged } = setUp();
  const first = await stream(1);
  first.say(entry(7n, 'a'));
  await until(() => acknowledged.length === 1);
  await clock.waiting();
  clock.advance(6000);
  first.say(undefined);
  const second = await stream(2);
  t.equal(second.from, 7n);
  t.strictSame(records, [], 'which is nothing to report');

  second.say(new CallError(STATUS.UNAVAILABLE, 'shutting down'));
  for (const [count, waitMs] of [
    [3, 500],
    [4, 800],
    [5, 1000],
    [6, 1000],
  ] as const) {
    await clock.waiting();
    while (!clock.waits.includes(waitMs)) await new Promise(setImmediate);
    clock.advance(waitMs);
    const next = await stream(count);
    t.equal(next.from, 7n);
    next.say(new CallError(STATUS.UNAVAILABLE, 'refused'));
  }
  t.ok(
    records.every(({ level }) => level === 'debug'),
    'the polling says it',
  );
  t.ok(judged.length > 0);
});

t.test('a stream that does not last is not begun again at once', async (t) => {
  const { stream, clock, until, acknowledged } = setUp();
  const first = await stream(1);
  first.say(entry(1n, 'a'));
  await until(() => acknowledged.length === 1);
  first.say(undefined);
  while (!clock.waits.includes(500)) await new Promise(setImmediate);
  clock.advance(500);
  t.equal((await stream(2)).from, 1n);
});

t.test('what could not be acted upon is told again', async (t) => {
  const { stream, clock, until, applied, gates, synchronizer, acknowledged, records } = setUp();
  gates.apply = () => Promise.reject(new CallError(STATUS.INVALID_ARGUMENT, 'not parsable'));
  const first = await stream(1);
  first.say(entry(1n, 'a'));
  await until(() => applied.length === 1);
  while (!clock.waits.includes(500)) await new Promise(setImmediate);
  t.ok(first.ended);
  t.notOk(synchronizer.isTold);
  t.strictSame(acknowledged, []);
  t.match(records, [{ level: 'warn', error: { message: /not parsable/ } }]);
  clock.advance(500);
  t.equal((await stream(2)).from, 0n);
});

t.test('a server that has fallen silent is given up', async (t) => {
  const { stream, clock, until, acknowledged } = setUp();
  const first = await stream(1);
  first.say(update(1n));
  await until(() => acknowledged.length === 1);
  await clock.waiting();
  clock.advance(44_000);
  first.say(update(1n));
  await new Promise(setImmediate);
  await clock.waiting();
  clock.advance(44_000);
  await new Promise(setImmediate);
  t.notOk(first.abandoned);
  clock.advance(1000);
  while (!first.abandoned) await new Promise(setImmediate);
  while (!clock.waits.includes(500)) await new Promise(setImmediate);
  clock.advance(500);
  t.equal((await stream(2)).from, 1n);
});

t.test('a server that does not tell of changes is asked again minutes later', async (t) => {
  const { stream, clock, records } = setUp();
  (await stream(1)).say(new CallError(STATUS.UNIMPLEMENTED, 'unknown service'));
  while (!clock.waits.includes(300_000)) await new Promise(setImmediate);
  t.match(records, [{ level: 'info', msg: /polling/ }]);
  clock.advance(300_000);
  (await stream(2)).say(new CallError(STATUS.UNIMPLEMENTED, 'unknown service'));
  while (!clock.waits.includes(300_000)) await new Promise(setImmediate);
  t.equal(records.length, 1, 'and reported once');
});

t.test('a ban ends the agent', async (t) => {
  const { stream, gates, running, judged } = setUp();
  gates.judge = () => Promise.reject(new Error('banned'));
  const denied = new CallError(STATUS.PERMISSION_DENIED, 'no', { reason: 'AGENT_BANNED' });
  (await stream(1)).say(denied);
  await t.rejects(running, { message: 'banned' });
  t.strictSame(judged, [denied]);
});

t.test('what the end of a stream means', (t) => {
  const error = (code: number, more: ConstructorParameters<typeof CallError>[2] = {}) =>
    new CallError(code, 'no', more);
  for (const [failure, isUseful, expected] of [
    [undefined, true, 'resume'],
    [undefined, false, 'retry'],
    [error(STATUS.UNAVAILABLE), true, 'retry'],
    [error(STATUS.UNIMPLEMENTED), true, 'poll'],
    [error(STATUS.RESOURCE_EXHAUSTED), true, 'poll'],
    [error(STATUS.PERMISSION_DENIED), false, 'poll'],
    [error(STATUS.PERMISSION_DENIED, { reason: 'AGENT_NOT_ACTIVE' }), true, 'retry'],
    [
      error(STATUS.PERMISSION_DENIED, { reason: 'AGENT_NOT_ACTIVE', isSuperseded: true }),
      true,
      'resume',
    ],
    [
      error(STATUS.PERMISSION_DENIED, { reason: 'AGENT_NOT_ACTIVE', isSuperseded: true }),
      false,
      'retry',
    ],
    [new TypeError('own mistake'), true, 'retry'],
  ] as const) {
    t.equal(nextStep(failure, isUseful), expected);
  }
  t.end();
});
