import type { Log } from '../../runtime/log.ts';
import { runTasks } from '../../runtime/tasks.ts';
import type { AgentSvid } from './agent-svid.ts';
import type { AttestOptions } from './attestation.ts';

/** After a first sync that failed, the second comes soon: workloads are waiting. */
const SECOND_SYNC_MS = 1000;

interface Loop {
  run(signal: AbortSignal): Promise<void>;
}

export interface LifeDeps {
  readonly standing: {
    readonly isAttested: boolean;
    judge(error: unknown, signal: AbortSignal): Promise<void>;
  };
  readonly attestation: { attest(options: AttestOptions): Promise<AgentSvid> };
  readonly client: { postStatus(version: string): Promise<void> };
  readonly synchronizer: {
    readonly intervalMs: number;
    sync(): Promise<void>;
    run(signal: AbortSignal, delayMs: number): Promise<void>;
  };
  readonly updateWatch: Loop;
  readonly svidFetcher: Loop;
  readonly rotator: Loop;
  readonly version: string;
  readonly log: Log;
}

export interface LifeOptions {
  readonly signal: AbortSignal;
  /** Told when the server was reached for the first time, or could not be. */
  readonly onAttempt: () => void;
}

/**
 * The life of an agent: it attests if it must, and then keeps up with its server until told to stop.
 * @throws AgentError when it cannot go on
 */
export async function live(deps: LifeDeps, { signal, onAttempt }: LifeOptions): Promise<void> {
  const { standing, attestation, synchronizer, updateWatch, svidFetcher, rotator } = deps;
  const isStopped = (): boolean => signal.aborted;
  try {
    if (!standing.isAttested) await attestation.attest({ signal, onRetry: onAttempt });
    const delayMs = await firstSync(deps, signal);
    onAttempt();
    void postStatus(deps);
    await runTasks(
      [
        (stop) => synchronizer.run(stop, delayMs),
        (stop) => updateWatch.run(stop),
        (stop) => svidFetcher.run(stop),
        (stop) => rotator.run(stop),
      ],
      signal,
    );
  } catch (error) {
    if (!isStopped()) throw error;
  }
}

/** Answers when to sync next, in milliseconds. */
async function firstSync(
  { synchronizer, standing, log }: LifeDeps,
  signal: AbortSignal,
): Promise<number> {
  try {
    await synchronizer.sync();
    return synchronizer.intervalMs;
  } catch (error) {
    if (signal.aborted) throw error;
    log.warn('Cannot synchronize with the server yet', { error });
    await standing.judge(error, signal);
    return SECOND_SYNC_MS;
  }
}

/** For operators to see which agents are out of date; older servers do not know it. */
async function postStatus({ client, version, log }: LifeDeps): Promise<void> {
  try {
    await client.postStatus(version);
  } catch (error) {
    log.debug('Cannot tell the server the version of this agent', { error });
  }
}
