import { Backoff } from '../../runtime/backoff.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import { CallError, STATUS, hasStatus } from './call-error.ts';
import type { Subscription } from './server-connection.ts';
import { isHeartbeat, mergeUpdates } from './update.ts';
import type { Update } from './update.ts';

/** A server that speaks at least every 15 seconds and has not for this long is not there any more. */
const SILENCE_MS = 45_000;
/** A fleet is back within ten seconds of its server, and not all of it at once; bench/fleet.ts measures it. */
const BACKOFF = { firstMs: 500, factor: 1.6, maxMs: 1000, jitter: 0.5 };
/** A stream that lasted less than this is not begun again without a pause. */
const USEFUL_MS = 5000;
/** A server that does not tell of changes is polled; it may be another one some day. */
const UNSUPPORTED_MS = 5 * 60_000;
const UNSUPPORTED_JITTER = 0.2;

export interface UpdateWatchDeps {
  readonly server: {
    watch(fromRevision: bigint): Subscription<Update>;
    acknowledge(revision: bigint): Promise<void>;
  };
  readonly synchronizer: {
    /** Does what an update says; when it throws the update is to be told again. */
    apply(update: Update): Promise<void>;
    isTold: boolean;
  };
  readonly svidFetcher: { settled(): Promise<void> };
  readonly standing: { judge(error: unknown, signal: AbortSignal): Promise<void> };
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}

/** Has the server tell of changes, and acts on them at once. Where it does not, the agent goes on polling it. */
export class UpdateWatch {
  readonly #deps: UpdateWatchDeps;
  /** Up to which everything has been acted upon; 0 for nothing. */
  #revision = 0n;
  #toAcknowledge: bigint | undefined;
  #isAcknowledging = false;
  #isUnsupported = false;
  /** How many updates were acted upon. */
  #acts = 0;

  constructor(deps: UpdateWatchDeps) {
    this.#deps = deps;
  }

  /** @throws AgentError when the agent's standing with the server cannot be kept */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, random, standing } = this.#deps;
    const backoff = new Backoff({ ...BACKOFF, random });
    const isStopped = (): boolean => signal.aborted;
    while (!isStopped()) {
      const before = { acts: this.#acts, time: clock.now().getTime() };
      let error: unknown;
      try {
        await this.#follow(signal);
      } catch (failure) {
        error = failure;
      }
      if (isStopped()) return;
      const lastedMs = clock.now().getTime() - before.time;
      const isUseful = this.#acts !== before.acts && lastedMs >= USEFUL_MS;
      if (isUseful) backoff.reset();
      const next = nextStep(error, isUseful);
      const waits = {
        resume: () => 0,
        retry: () => backoff.next(),
        poll: () => UNSUPPORTED_MS * (1 + UNSUPPORTED_JITTER * (2 * random() - 1)),
      };
      const waitMs = waits[next]();
      this.#report(error, next, waitMs);
      await standing.judge(error, signal);
      if (waitMs > 0) await clock.delay(waitMs, signal);
    }
  }

  /** Until the server ends the stream well. @throws CallError, AgentError when it ends otherwise */
  async #follow(signal: AbortSignal): Promise<void> {
    const { server, synchronizer } = this.#deps;
    const stream = server.watch(this.#revision);
    const stop = (): void => stream.end();
    signal.addEventListener('abort', stop, { once: true });
    const work = new Work((update, isFirst) => this.#act(update, isFirst), stop);
    try {
      for (;;) {
        const update = await this.#receive(stream);
        if (update === undefined) return;
        this.#isUnsupported = false;
        work.add(update);
      }
    } catch (error) {
      throw work.failure ?? error;
    } finally {
      signal.removeEventListener('abort', stop);
      stream.end();
      await work.done;
      synchronizer.isTold = false;
    }
  }

  async #receive(stream: Subscription<Update>): Promise<Update | undefined> {
    const heard = new AbortController();
    const message = stream.receive().finally(() => heard.abort());
    await Promise.race([message, this.#deps.clock.delay(SILENCE_MS, heard.signal)]);
    if (heard.signal.aborted) return message;
    message.catch(() => undefined); // it ends by being abandoned
    stream.abandon();
    throw new CallError(STATUS.DEADLINE_EXCEEDED, 'the server has fallen silent');
  }

  /** The first message of a stream is acknowledged too: the server knows of this stream alone what it was told. */
  async #act(update: Update, isFirst: boolean): Promise<void> {
    await this.#deps.synchronizer.apply(update);
    this.#revision = update.revision;
    this.#acts++;
    this.#deps.synchronizer.isTold = true;
    if (isFirst || !isHeartbeat(update)) this.#acknowledge(update.revision);
  }

  /** Once the SVIDs are there; until then further changes are acted upon, and acknowledged in one. */
  #acknowledge(revision: bigint): void {
    this.#toAcknowledge = revision;
    if (!this.#isAcknowledging) void this.#acknowledgeAll();
  }

  async #acknowledgeAll(): Promise<void> {
    const { server, svidFetcher, log } = this.#deps;
    this.#isAcknowledging = true;
    while (this.#toAcknowledge !== undefined) {
      const revision = this.#toAcknowledge;
      this.#toAcknowledge = undefined;
      await svidFetcher.settled();
      try {
        await server.acknowledge(revision);
      } catch (error) {
        log.debug('Cannot tell the server what is served', { error }); // it may have lost the stream
      }
    }
    this.#isAcknowledging = false;
  }

  #report(error: unknown, next: NextStep, waitMs: number): void {
    const { log } = this.#deps;
    const fields = { error, retry_ms: Math.round(waitMs) };
    if (next === 'resume') return;
    if (next === 'poll') {
      if (!this.#isUnsupported) log.info('The server does not tell of changes: polling it', fields);
      this.#isUnsupported = true;
    } else if (error === undefined || hasStatus(error, STATUS.UNAVAILABLE)) {
      log.debug('Cannot watch for changes', fields); // the next poll says it as well
    } else log.warn('Cannot watch for changes', fields);
  }
}

/** Acts on updates one after another; what comes while it is busy is one update then. */
class Work {
  readonly #act: (update: Update, isFirst: boolean) => Promise<void>;
  readonly #onFailure: () => void;
  #pending: Update | undefined;
  #isFirst = true;
  #isBusy = false;
  /** Resolves when it has nothing to do. */
  done: Promise<void> = Promise.resolve();
  failure: unknown;

  constructor(act: (update: Update, isFirst: boolean) => Promise<void>, onFailure: () => void) {
    this.#act = act;
    this.#onFailure = onFailure;
  }

  add(update: Update): void {
    if (this.failure !== undefined) return;
    this.#pending = this.#pending === undefined ? update : mergeUpdates(this.#pending, update);
    if (!this.#isBusy) this.done = this.#run();
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    try {
      while (this.#pending !== undefined) {
        const update = this.#pending;
        this.#pending = undefined;
        await this.#act(update, this.#isFirst);
        this.#isFirst = false;
      }
    } catch (error) {
      this.failure = error;
      this.#onFailure();
    } finally {
      this.#isBusy = false;
    }
  }
}

type NextStep = 'resume' | 'retry' | 'poll';

/** What the end of a stream means; `isUseful` when it lasted, and something of it was acted upon. */
export function nextStep(error: unknown, isUseful: boolean): NextStep {
  if (error === undefined) return isUseful ? 'resume' : 'retry';
  if (!(error instanceof CallError)) return 'retry';
  if (error.isSuperseded) return isUseful ? 'resume' : 'retry';
  const isRefused = error.code === STATUS.PERMISSION_DENIED && error.reason === undefined;
  const isUnsupported =
    error.code === STATUS.UNIMPLEMENTED || error.code === STATUS.RESOURCE_EXHAUSTED;
  return isRefused || isUnsupported ? 'poll' : 'retry';
}
