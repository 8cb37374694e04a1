import pg from 'pg';
import { Backoff } from '../../../runtime/backoff.ts';
import type { Clock } from '../../../runtime/clock.ts';
import type { Log } from '../../../runtime/log.ts';
import type { Follower } from '../sql/database.ts';
import { clientConfig } from './connection.ts';
import type { PostgresAccess } from './connection.ts';

/** The channel on which servers tell each other that something was committed. */
export const CHANNEL = 'vouchsafe_changes';

/** However quiet the channel is, the log is read this often; notices can be lost on the way, such as in a pooler. */
const QUIET_MS = 5_000;
/** Without the channel. */
const POLL_MS = 500;
/** The channel's connection asks for an answer with each look at the log. */
const SILENCE_MS = 2 * QUIET_MS;
/** Who fails after longer than this has waited for an answer that did not come. */
const PATIENCE_MS = 500;
const RETRY = { firstMs: 100, factor: 2, maxMs: 1_000, jitter: 0.2 };

export interface FollowerDeps {
  readonly access: PostgresAccess;
  /** Whose own notices are no news. */
  readonly serverId: string;
  readonly where: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}

/** Hears of commits by LISTEN; reads the log now and then all the same, and without it more often. */
export class PostgresFollower implements Follower {
  readonly #deps: FollowerDeps;
  readonly #stop = new AbortController();
  readonly #retry: Backoff;
  #catchUp: () => Promise<void> = () => Promise.resolve();
  #channel: pg.Client | undefined;
  #isChannelLost = false;
  #isDoubted = false;
  #answeredAt: Date;
  #unreachableSince: Date | undefined;
  #wake = new AbortController();
  #running: Promise<void> | undefined;
  #keeping: Promise<void> | undefined;

  constructor(deps: FollowerDeps) {
    this.#deps = deps;
    this.#answeredAt = deps.clock.now();
    this.#retry = new Backoff({ ...RETRY, random: deps.random });
  }

  get unreachableSince(): Date | undefined {
    return this.#unreachableSince;
  }

  async start(catchUp: () => Promise<void>): Promise<void> {
    this.#catchUp = catchUp;
    await this.#listen();
    await catchUp();
    this.#answered();
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake.abort();
    await this.#running;
    await this.#hangUp();
    await this.#keeping;
    await this.#hangUp();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    for (;;) {
      const waitMs = this.#waitMs();
      await this.#deps.clock.delay(waitMs, this.#wake.signal);
      if (signal.aborted) return;
      // Not waited for: behind a broken network it takes long to notice. What has just told something is well.
      if (!this.#wake.signal.aborted || this.#channel === undefined) {
        this.#keeping ??= this.#keepChannel().finally(() => (this.#keeping = undefined));
      }
      // Whoever is told from here on has the next look at the log to be in.
      this.#wake = new AbortController();
      await this.#look();
    }
  }

  #waitMs(): number {
    if (this.#isDoubted) return this.#retry.next();
    return this.#channel === undefined ? POLL_MS : QUIET_MS;
  }

  async #look(): Promise<void> {
    const { clock } = this.#deps;
    const startedAt = clock.now().getTime();
    try {
      await this.#catchUp();
      this.#answered();
    } catch (error) {
      // When an operator ends sessions or a database fails over, new ones can be had at once: one failure says little.
      const isSlow = clock.now().getTime() - startedAt > PATIENCE_MS;
      if (this.#isDoubted || isSlow) this.#notAnswered(error);
      this.#isDoubted = true;
    }
  }

  async #keepChannel(): Promise<void> {
    try {
      await this.#channel?.query('select 1');
    } catch {
      await this.#hangUp();
    }
    if (this.#channel === undefined && !this.#stop.signal.aborted) await this.#listen();
  }

  #answered(): void {
    const { clock, log, where } = this.#deps;
    const since = this.#unreachableSince;
    this.#answeredAt = clock.now();
    this.#isDoubted = false;
    this.#retry.reset();
    if (since === undefined) return;
    this.#unreachableSince = undefined;
    const seconds = Math.round((this.#answeredAt.getTime() - since.getTime()) / 1000);
    log.info('Database answers again', { database: where, after_seconds: seconds });
  }

  #notAnswered(error: unknown): void {
    if (this.#unreachableSince !== undefined) return;
    this.#unreachableSince = this.#answeredAt;
    this.#deps.log.error('Database does not answer; what is known is served from memory', {
      database: this.#deps.where,
      error,
    });
  }

  /** Without it the log is read more often: that is slower, and no failure. */
  async #listen(): Promise<void> {
    const { access, log, where } = this.#deps;
    try {
      const client = new pg.Client(clientConfig(access, SILENCE_MS));
      client.on('notification', ({ payload }) => this.#heard(payload));
      client.on('error', () => this.#lose(client));
      client.on('end', () => this.#lose(client));
      await client.connect();
      await client.query(`listen ${CHANNEL}`);
      this.#channel = client;
      this.#isChannelLost = false;
    } catch (error) {
      if (!this.#isChannelLost) {
        log.warn('Database tells no changes; they are looked for', { database: where, error });
      }
      this.#isChannelLost = true;
    }
  }

  #heard(payload: string | undefined): void {
    if (payload !== this.#deps.serverId) this.#wake.abort();
  }

  #lose(client: pg.Client): void {
    if (this.#channel !== client) return;
    this.#channel = undefined;
    this.#wake.abort();
  }

  async #hangUp(): Promise<void> {
    const client = this.#channel;
    this.#channel = undefined;
    await client?.end().catch(() => undefined); // it may have ended by itself
  }
}
