import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { fileIdentity } from './executable.ts';
import type { FileIdentity } from '../../runtime/kernel.ts';
import type { Executable } from './executable.ts';

/** Each costs 200 bytes; more different programs than this run on no node at once. */
const MAX_REMEMBERED = 1024;
/** Reading is done in the thread pool, which files, names and signatures share. */
const MAX_AT_ONCE = 2;
/** Takes half a millisecond, so that the event loop always gets to other callers in between. */
const CHUNK_BYTES = 256 * 1024;

/** SHA-256 of the programs that workloads run, each file read once for as long as it does not change. */
export class ExecutableHashes {
  /** By identity, the least recently used first. */
  readonly #known = new Map<string, string>();
  readonly #inProgress = new Map<string, Promise<string>>();
  readonly #queue: (() => void)[] = [];
  #running = 0;

  /**
   * The hash in lower-case hexadecimal.
   * @throws when the process no longer runs this program, or its file cannot be read
   */
  async hash(pid: number, executable: Executable): Promise<string> {
    const key = keyOf(executable);
    const known = this.#known.get(key);
    if (known !== undefined) {
      this.#remember(key, known);
      return known;
    }
    let progress = this.#inProgress.get(key);
    if (progress === undefined) {
      progress = this.#compute(pid, executable).finally(() => this.#inProgress.delete(key));
      this.#inProgress.set(key, progress);
    }
    return progress;
  }

  async #compute(pid: number, executable: Executable): Promise<string> {
    await this.#turn();
    try {
      const hash = await hashExecutable(pid, executable);
      this.#remember(keyOf(executable), hash);
      return hash;
    } finally {
      this.#running--;
      this.#queue.shift()?.();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running >= MAX_AT_ONCE) await new Promise<void>((go) => this.#queue.push(go));
    this.#running++;
  }

  #remember(key: string, hash: string): void {
    this.#known.delete(key);
    this.#known.set(key, hash);
    if (this.#known.size <= MAX_REMEMBERED) return;
    const [oldest] = this.#known.keys();
    this.#known.delete(oldest!);
  }
}

function keyOf({ device, inode, sizeBytes, modifiedNs, changedNs }: FileIdentity): string {
  return `${device}:${inode}:${sizeBytes}:${modifiedNs}:${changedNs}`;
}

/** Through the process, so that the file read is the one that runs; what it is named counts for nothing. */
async function hashExecutable(pid: number, executable: Executable): Promise<string> {
  const file = await open(`/proc/${pid}/exe`, 'r');
  try {
    if (keyOf(fileIdentity(await file.stat({ bigint: true }))) !== keyOf(executable)) {
      throw new Error('the program was replaced while it was read');
    }
    return await hashContent(file, Number(executable.sizeBytes));
  } finally {
    await file.close();
  }
}

async function hashContent(file: FileHandle, sizeBytes: number): Promise<string> {
  const hash = createHash('sha256');
  const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(1, sizeBytes)));
  for (let at = 0; at < sizeBytes;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
    if (bytesRead === 0) throw new Error('the program is shorter than its size');
    hash.update(chunk.subarray(0, Math.min(bytesRead, sizeBytes - at)));
    at += bytesRead;
  }
  return hash.digest('hex');
}
