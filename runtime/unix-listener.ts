import { lstat, unlink } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Server } from 'node:net';
import { RuntimeError, describeError, systemCode } from './errors.ts';
import { lockFile } from './file-lock.ts';

/**
 * After a restart everybody connects at once, and who finds the queue full is refused, not kept waiting. As much as Linux
 * allows by default.
 */
const BACKLOG = 4096;

/**
 * Listens on a Unix socket of exactly `mode`. A socket left behind by a dead process is replaced; one that answers, or
 * anything that is no socket (a symbolic link above all), is left alone and refused.
 * @throws RuntimeError SOCKET_IN_USE, SOCKET_PATH_TAKEN, ADDRESS_UNAVAILABLE
 */
export async function listenUnix(server: Server, path: string, mode: number): Promise<void> {
  // Of two that find the same stale socket, the slower would remove what the faster listens on by then.
  await using lock = await lockFile(`${path}.lock`).catch((cause: unknown) => {
    throw new RuntimeError('ADDRESS_UNAVAILABLE', `${path}: ${describeError(cause)}`, { cause });
  });
  if (lock === undefined) throw inUse(path);
  await clearStaleSocket(path);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // The mode must be right from the first moment: libuv binds inside listen(), under this umask.
    const umask = process.umask(0o777 & ~mode);
    try {
      server.listen({ path, backlog: BACKLOG }, () => {
        server.off('error', reject);
        resolve();
      });
    } finally {
      process.umask(umask);
    }
  }).catch((error: unknown) => {
    throw new RuntimeError('ADDRESS_UNAVAILABLE', `${path}: ${describeError(error)}`, {
      cause: error,
    });
  });
}

async function clearStaleSocket(path: string): Promise<void> {
  let stat;
  try {
    stat = await lstat(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw new RuntimeError('ADDRESS_UNAVAILABLE', `${path}: ${describeError(error)}`, {
      cause: error,
    });
  }
  if (!stat.isSocket()) throw new RuntimeError('SOCKET_PATH_TAKEN', `${path} is not a socket`);
  if (await answers(path)) throw inUse(path);
  await unlink(path);
}

const inUse = (path: string): RuntimeError =>
  new RuntimeError('SOCKET_IN_USE', `${path} (stop that process, or choose another --socket)`);

/** Whether a process still accepts connections here; only a refused connection proves that it does not. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', (error) => resolve(systemCode(error) !== 'ECONNREFUSED'));
  });
}
