import { createReadStream } from 'node:fs';
import { RuntimeError } from './errors.ts';

/**
 * What a file, a pipe or a device of an operator's choice holds, up to a size.
 * @throws RuntimeError FILE_TOO_LARGE, the system's error
 */
export async function readBoundedFile(path: string, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // A pipe or a device has no size to ask for: one byte too many says enough.
  for await (const chunk of createReadStream(path, { end: maxBytes })) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  if (bytes.length > maxBytes) throw new RuntimeError('FILE_TOO_LARGE', `over ${maxBytes} bytes`);
  return bytes;
}
