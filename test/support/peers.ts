import type { Peer } from '../../agent/endpoints/peer-tracker.ts';
import { readExecutable } from '../../agent/workload/executable.ts';

/** A caller that is this very test, where nothing else is said. */
export function peerOf(overrides: Partial<Peer> = {}): Peer {
  return {
    pid: process.pid,
    uid: process.getuid!(),
    gid: process.getgid!(),
    executable: readExecutable(process.pid),
    isAlive: () => true,
    ...overrides,
  };
}
