import { readlinkSync } from 'node:fs';
import type { BigIntStats } from 'node:fs';
import { fileIdentityAt } from '../../runtime/kernel.ts';
import type { FileIdentity } from '../../runtime/kernel.ts';

/** The program that a process runs: where it is and which file exactly. */
export interface Executable extends FileIdentity {
  /** As the kernel tells it, with ` (deleted)` behind it when the file was removed or replaced. */
  readonly path: string;
  /** The user namespace of the process. */
  readonly userNamespace: string;
}

const DELETED = ' (deleted)';

/**
 * The program that a process runs now; undefined when this agent may not know, or the process has gone. Looking through
 * the link reaches the very file that is running, whatever stands at its path by now. A workload can start programs
 * from a file system that does not answer, so only what the kernel knows of the file is asked for.
 */
export function readExecutable(pid: number): Executable | undefined {
  try {
    const userNamespace = userNamespaceOf(pid);
    const path = readlinkSync(`/proc/${pid}/exe`);
    const file = fileIdentityAt(`/proc/${pid}/exe`);
    return file && { path, userNamespace, ...file };
  } catch {
    return undefined; // gone, a kernel thread, or of a user whose processes we may not look into
  }
}

export function userNamespaceOf(pid: number | 'self'): string {
  return readlinkSync(`/proc/${pid}/ns/user`);
}

export function fileIdentity(file: BigIntStats): FileIdentity {
  return {
    device: file.dev,
    inode: file.ino,
    sizeBytes: file.size,
    modifiedNs: file.mtimeNs,
    changedNs: file.ctimeNs,
  };
}

/**
 * Whether two readings of one process saw one program. In between its file may have been removed, as an upgrade does;
 * that changes the end of its path and its change time.
 */
export function isSameExecutable(before: Executable, after: Executable): boolean {
  return (
    (before.path === after.path || before.path + DELETED === after.path) &&
    before.userNamespace === after.userNamespace &&
    before.device === after.device &&
    before.inode === after.inode &&
    before.sizeBytes === after.sizeBytes &&
    before.modifiedNs === after.modifiedNs
  );
}

/**
 * The path that says which program it is; undefined when it says nothing. Once the file is gone, anything may stand
 * there (a name that really ends in ` (deleted)` cannot be told apart). And in a user namespace of its own a process
 * may mount what it likes where it likes: its paths are its own invention. The mounts of a container are made by its
 * runtime, outside any such namespace.
 */
export function identifyingPath(
  { path, userNamespace }: Executable,
  ownUserNamespace: string,
): string | undefined {
  if (userNamespace !== ownUserNamespace) return undefined;
  return path.startsWith('/') && !path.endsWith(DELETED) ? path : undefined;
}
