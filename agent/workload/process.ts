import { closeDescriptor, exited, openPidfd, processStartTime } from '../../runtime/kernel.ts';
import type { Peer } from '../endpoints/peer-tracker.ts';
import { readProcessStatus } from './attestors/process-status.ts';
import { readExecutable } from './executable.ts';

/** A process that did not connect, pinned so that it cannot be mistaken for another. To be disposed of. */
export type PinnedProcess = Peer & Disposable;

/** The process that has this PID now; undefined when there is none, or it may not be looked at. */
export function pinProcess(pid: number): PinnedProcess | undefined {
  const pidfd = openPidfd(pid);
  if (pidfd === undefined) return undefined;
  try {
    const startTime = processStartTime(pid);
    const { uid, gid } = readProcessStatus(pid);
    const isAlive = (): boolean =>
      exited([pidfd])[0] === false && processStartTime(pid) === startTime;
    const peer = { pid, uid, gid, executable: readExecutable(pid), isAlive };
    return { ...peer, [Symbol.dispose]: () => closeDescriptor(pidfd) };
  } catch {
    closeDescriptor(pidfd);
    return undefined;
  }
}
