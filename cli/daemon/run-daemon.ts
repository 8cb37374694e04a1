import { systemClock } from '../../runtime/clock.ts';
import type { Clock } from '../../runtime/clock.ts';
import { forbidMemoryDumps } from '../../runtime/kernel.ts';
import { createLog } from '../../runtime/log.ts';
import type { RootLog } from '../../runtime/log.ts';
import type { LogLevel } from '../../runtime/log-level.ts';
import { notifyServiceManager } from '../../runtime/service-manager.ts';
import { aborted, stopSignal } from './stop-signal.ts';
import { uncaught } from './uncaught.ts';

/** By then a daemon has dropped whatever would not end by itself. */
const CLOSE_MS = 10_000;

export interface Daemon {
  /** Rejects when it can no longer do its work. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

export interface DaemonInit {
  readonly logLevel: LogLevel;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly start: (deps: { readonly log: RootLog; readonly clock: Clock }) => Promise<Daemon>;
}

/** Runs a daemon until it is told to stop. @throws whatever made it fail, once it is in the log */
export async function runDaemon({ logLevel, env, start }: DaemonInit): Promise<void> {
  process.umask(0o077);
  forbidMemoryDumps();
  const log = createLog(logLevel);
  const stop = stopSignal();
  const failed = uncaught(log);
  const notify = (state: string): void => notifyServiceManager(env['NOTIFY_SOCKET'], state);
  try {
    // Told to stop while it starts, it is left as it stands: it must be able to start after a crash, too.
    const daemon = await Promise.race([start({ log, clock: systemClock }), aborted(stop), failed]);
    if (daemon === undefined) return;
    notify('READY=1');
    try {
      await Promise.race([daemon.ended, aborted(stop), failed]);
    } finally {
      notify('STOPPING=1');
      await closeInTime(daemon);
    }
  } catch (error) {
    log.error('Failed', { error });
    throw error;
  } finally {
    log.flush();
  }
}

/** Closes it, or gives up on that. */
export async function closeInTime(daemon: Pick<Daemon, 'close'>): Promise<void> {
  const closed = new AbortController();
  const closing = daemon.close().finally(() => closed.abort());
  await Promise.race([closing, systemClock.delay(CLOSE_MS, closed.signal)]);
}
