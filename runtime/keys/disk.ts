import { generateKeyPair, keyPairFromPkcs8 } from '@vouchsafe/pki/keys/key-pair';
import type { KeyType } from '@vouchsafe/pki/keys/key-type';
import type { Signer } from '@vouchsafe/pki/keys/signer';
import { z } from 'zod';
import { RuntimeError } from '../errors.ts';
import { readPrivateFile, writePrivateFile } from '../private-file.ts';
import type { KeyManager } from './key-manager.ts';

const keyFile = z.strictObject({
  version: z.literal(1),
  /** PKCS#8 DER in base64, by name. */
  keys: z.record(z.string(), z.base64()),
});

interface StoredKey {
  readonly pkcs8: Buffer;
  readonly signer: Signer;
}

/** Keys in one file of mode 0600, replaced as a whole: a crash leaves the old set of keys or the new one. */
export class DiskKeyManager implements KeyManager {
  readonly #path: string;
  readonly #keys: Map<string, StoredKey>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, keys: Map<string, StoredKey>) {
    this.#path = path;
    this.#keys = keys;
  }

  /**
   * Opens the file, or starts empty when there is none. A file that cannot be used is refused and left as it is: it may
   * be the only copy of an authority's key.
   * @throws RuntimeError KEYS_CORRUPT, FILE_NOT_PRIVATE
   */
  static async open(path: string): Promise<DiskKeyManager> {
    const content = await readPrivateFile(path);
    return new DiskKeyManager(
      path,
      content === undefined ? new Map<string, StoredKey>() : readKeys(path, content),
    );
  }

  async generate(name: string, keyType: KeyType): Promise<Signer> {
    const pair = await generateKeyPair(keyType);
    const pkcs8 = pair.privateKey.export({ format: 'der', type: 'pkcs8' });
    await this.#store(name, { pkcs8, signer: pair.signer });
    return pair.signer;
  }

  find(name: string): Promise<Signer | undefined> {
    return Promise.resolve(this.#keys.get(name)?.signer);
  }

  /** One write at a time, each with all keys known by then; a failed one leaves the key unknown. */
  #store(name: string, key: StoredKey): Promise<void> {
    const write = this.#writing.then(async () => {
      const keys = new Map(this.#keys).set(name, key);
      await writePrivateFile(this.#path, encodeKeys(keys));
      this.#keys.set(name, key);
    });
    this.#writing = write.catch(() => undefined); // reported to the caller of this write, not of the next
    return write;
  }
}

function encodeKeys(keys: ReadonlyMap<string, StoredKey>): string {
  const encoded = [...keys].map(([name, { pkcs8 }]) => [name, pkcs8.toString('base64')] as const);
  return JSON.stringify({ version: 1, keys: Object.fromEntries(encoded) }, undefined, 2);
}

function readKeys(path: string, content: Buffer): Map<string, StoredKey> {
  const file = keyFile.safeParse(parseJson(content));
  // The parsers' own messages quote what they read, and that is keys: the reasons are ours.
  if (!file.success) throw corrupt(path, 'is not a key file');
  const keys = new Map<string, StoredKey>();
  for (const [name, base64] of Object.entries(file.data.keys)) {
    const pkcs8 = Buffer.from(base64, 'base64');
    const signer = readSigner(pkcs8);
    if (signer === undefined) throw corrupt(path, `holds no usable key under ${name}`);
    keys.set(name, { pkcs8, signer });
  }
  return keys;
}

function parseJson(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'));
  } catch {
    return undefined; // no key file has this shape either
  }
}

function readSigner(pkcs8: Buffer): Signer | undefined {
  try {
    return keyPairFromPkcs8(pkcs8).signer;
  } catch {
    return undefined; // the caller names the file and the key
  }
}

const corrupt = (path: string, reason: string): RuntimeError =>
  new RuntimeError(
    'KEYS_CORRUPT',
    `${path} ${reason}. Restore it from a backup; or, to start with new keys, move it away`,
  );
