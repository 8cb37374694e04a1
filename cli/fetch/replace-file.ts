import { randomBytes } from 'node:crypto';
import { rename, unlink } from 'node:fs/promises';
import { RuntimeError, describeError } from '../../runtime/errors.ts';
import { writeDurably } from '../../runtime/private-file.ts';

/**
 * Replaces a file that anybody may read (as far as the umask lets them), so that its readers see the old content or the
 * new one and never a part.
 * @throws RuntimeError FILE_NOT_WRITTEN
 */
export async function replaceFile(path: string, content: string): Promise<void> {
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`;
  try {
    await writeDurably(temporary, content, 0o644);
    await rename(temporary, path);
  } catch (cause) {
    await unlink(temporary).catch(() => undefined); // never came to be, or is already renamed
    throw new RuntimeError('FILE_NOT_WRITTEN', `${path}: ${describeError(cause)}`, { cause });
  }
}
