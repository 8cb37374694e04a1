import { join } from 'node:path';
import { ensureDirectory } from './directory.ts';
import { RuntimeError, describeError } from './errors.ts';
import { lockFile, lockHolder } from './file-lock.ts';
import type { FileLock } from './file-lock.ts';

/**
 * Makes a daemon the only one that works in its data directory, until it lets go of it or its process ends, by kill -9
 * too. Two servers would overwrite each other's keys, and each would decide on entries the other has deleted.
 * @throws RuntimeError DIRECTORY_UNSAFE, DIRECTORY_NOT_CREATED, DIRECTORY_IN_USE, FILE_NOT_WRITTEN, KERNEL_UNSUPPORTED
 */
export async function holdDataDirectory(directory: string): Promise<FileLock> {
  await ensureDirectory(directory, 0o700);
  const path = join(directory, 'lock');
  const lock = await lockFile(path).catch((cause: unknown) => {
    if (cause instanceof RuntimeError) throw cause;
    throw new RuntimeError('FILE_NOT_WRITTEN', `${path}: ${describeError(cause)}`, { cause });
  });
  if (lock !== undefined) return lock;
  const holder = await lockHolder(path);
  const who = holder === undefined ? 'it' : `process ${holder}`;
  throw new RuntimeError(
    'DIRECTORY_IN_USE',
    `${directory} (stop ${who}, or choose another --data-dir)`,
  );
}
