import { status } from '@grpc/grpc-js';
import { Backoff } from '../../runtime/backoff.ts';
import { systemClock } from '../../runtime/clock.ts';
import { describeError } from '../../runtime/errors.ts';
import { CallFailure, Connection } from '../connect.ts';
import type { Target } from '../connect.ts';
import { CliError } from '../errors.ts';
import { printableLines } from '../terminal.ts';
import type { Terminal } from '../terminal.ts';

const RETRY = { firstMs: 500, factor: 1.5, maxMs: 5000, jitter: 0.1, random: Math.random };

export interface WatchInit<T> {
  readonly target: Target;
  readonly terminal: Terminal;
  readonly stream: (connection: Connection, signal: AbortSignal) => AsyncIterable<T>;
  readonly show: (message: T) => Promise<void>;
  /** Never, unless somebody stops it. */
  readonly signal?: AbortSignal;
}

/**
 * Shows every message of a stream, opened again whenever it ends, since agents restart and identities come and go
 * (SPIFFE Workload API §4.1). Says each reason for waiting once.
 * @throws CallFailure INVALID_ARGUMENT, which asking again cannot change
 */
export async function watch<T>(init: WatchInit<T>): Promise<void> {
  const { terminal, signal = new AbortController().signal } = init;
  const backoff = new Backoff(RETRY);
  let said = '';
  const follow = async (): Promise<void> => {
    const connection = await Connection.open(init.target);
    try {
      for await (const message of init.stream(connection, signal)) {
        await init.show(message);
        backoff.reset();
        said = '';
      }
    } finally {
      connection.close();
    }
  };
  while (!signal.aborted) {
    try {
      await follow();
    } catch (error) {
      if (!mayPass(error)) throw error;
      const reason = describeError(error).split('\n', 1)[0]!;
      if (reason !== said) terminal.stderr.write(`waiting: ${printableLines(reason)}\n`);
      said = reason;
    }
    await systemClock.delay(backoff.next(), signal);
  }
}

/** A broken file or directory of ours, or a malformed question, stays as it is. */
function mayPass(error: unknown): boolean {
  if (error instanceof CallFailure) return error.status !== status.INVALID_ARGUMENT;
  return error instanceof CliError;
}
