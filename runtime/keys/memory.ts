import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import type { KeyType } from '@vouchsafe/pki/keys/key-type';
import type { Signer } from '@vouchsafe/pki/keys/signer';
import type { KeyManager } from './key-manager.ts';

/** Keys that end with the process: every restart then means new authorities. */
export class MemoryKeyManager implements KeyManager {
  readonly #signers = new Map<string, Signer>();

  async generate(name: string, keyType: KeyType): Promise<Signer> {
    const { signer } = await generateKeyPair(keyType);
    this.#signers.set(name, signer);
    return signer;
  }

  find(name: string): Promise<Signer | undefined> {
    return Promise.resolve(this.#signers.get(name));
  }
}
