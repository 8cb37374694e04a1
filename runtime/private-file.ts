import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rename, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RuntimeError, describeError, systemCode } from './errors.ts';

/** Nothing the daemons keep for themselves comes near this. */
const MAX_BYTES = 16 << 20;
const OTHERS = 0o077;

/**
 * Replaces a file that only this user may read, so that a crash at any moment leaves the old content or the new one:
 * a fresh name nobody can have prepared, content on disk, then rename, then the directory on disk.
 */
export async function writePrivateFile(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    await writeDurably(temporary, content, 0o600);
    await rename(temporary, path);
    await syncDirectory(dirname(path));
  } catch (error) {
    await unlink(temporary).catch(() => undefined); // never came to be, or is already renamed
    throw new RuntimeError('FILE_NOT_WRITTEN', `${path}: ${describeError(error)}`, {
      cause: error,
    });
  }
}

/**
 * Reads a file this user wrote with `writePrivateFile`. A symbolic link, another owner, or a mode that lets others in
 * means that somebody else may know or have chosen its content: it is refused, and left as it is.
 * @returns undefined when there is no such file
 */
export async function readPrivateFile(path: string): Promise<Buffer | undefined> {
  let file: FileHandle;
  try {
    // Opening a pipe would wait for its writer.
    const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    file = await open(path, flags);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    if (systemCode(error) === 'ELOOP')
      throw new RuntimeError('FILE_NOT_PRIVATE', `${path} is a symbolic link`);
    throw new RuntimeError('FILE_UNREADABLE', `${path}: ${describeError(error)}`, { cause: error });
  }
  try {
    const { mode, uid, size } = await file.stat();
    const problem = privacyProblem({ mode, uid });
    if (problem !== undefined) throw new RuntimeError('FILE_NOT_PRIVATE', `${path} ${problem}`);
    if (size > MAX_BYTES) throw new RuntimeError('FILE_TOO_LARGE', `${path}: ${size} bytes`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Why a file cannot be trusted to hold a secret of ours, with the way to mend it. */
function privacyProblem(stat: { mode: number; uid: number }): string | undefined {
  if ((stat.mode & constants.S_IFMT) !== constants.S_IFREG) return 'is not a regular file';
  if (stat.uid !== process.geteuid!())
    return `belongs to user ${stat.uid}, not to the user running this`;
  const mode = stat.mode & 0o7777;
  if ((mode & OTHERS) !== 0) {
    return `has mode ${mode.toString(8).padStart(4, '0')}: others may have read it (chmod 0600 if they have not)`;
  }
  return undefined;
}

/** Creates a new file, refusing whatever stands there, and returns once its content is on disk. */
export async function writeDurably(
  path: string,
  content: Uint8Array | string,
  mode: number,
): Promise<void> {
  const file = await open(
    path,
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW,
    mode,
  );
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
