import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { open, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { lockDescriptor } from './kernel.ts';

/** A lock that other processes see; it ends with this process, however that ends. */
export interface FileLock extends AsyncDisposable {
  readonly path: string;
}

/**
 * Locks a file, which is there only as long as it is locked. The directory must be one that nobody else can plant files
 * in: whoever can open the file can lock it.
 * @returns undefined when another process holds the lock
 * @throws the system's error when the file cannot be made
 */
export async function lockFile(path: string): Promise<FileLock | undefined> {
  for (;;) {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
    const file = await open(path, flags, 0o600);
    if (!lockDescriptor(file.fd)) {
      await file.close();
      return undefined;
    }
    if (await isAt(path, file)) return { path, [Symbol.asyncDispose]: () => unlock(path, file) };
    await file.close(); // its last holder removed it meanwhile: that lock binds nobody any more
  }
}

async function unlock(path: string, file: FileHandle): Promise<void> {
  await unlink(path).catch(() => undefined); // a file that stays, or went before us, locks nothing
  await file.close();
}

async function isAt(path: string, file: FileHandle): Promise<boolean> {
  const there: Stats | undefined = await stat(path).catch(() => undefined);
  const { dev, ino } = await file.stat();
  return there?.dev === dev && there.ino === ino;
}
