import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { open, readFile, stat, unlink } from 'node:fs/promises';
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
 * @throws the system's error when the file cannot be made; RuntimeError KERNEL_UNSUPPORTED when it cannot be locked
 */
export async function lockFile(path: string): Promise<FileLock | undefined> {
  for (;;) {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
    await using opened = new AsyncDisposableStack();
    const file = opened.use(await open(path, flags, 0o600));
    if (!lockDescriptor(file.fd)) return undefined;
    // Otherwise its last holder removed it meanwhile, and the lock binds nobody any more.
    if (await isAt(path, file)) {
      await signFile(file);
      opened.move();
      return { path, [Symbol.asyncDispose]: () => unlock(path, file) };
    }
  }
}

/** The PID of the process that holds the lock, as that process sees it; undefined when it has not said so. */
export async function lockHolder(path: string): Promise<number | undefined> {
  const text = await readFile(path, 'utf8').catch(() => ''); // let go of meanwhile
  return /^\d{1,10}\n$/.test(text) ? Number(text) : undefined;
}

async function signFile(file: FileHandle): Promise<void> {
  try {
    await file.truncate();
    await file.write(`${process.pid}\n`, 0);
  } catch {
    // The disk is full: the lock holds all the same, only without a name.
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
