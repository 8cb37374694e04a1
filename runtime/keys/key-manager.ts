import type { KeyType } from '@vouchsafe/pki/keys/key-type';
import type { Signer } from '@vouchsafe/pki/keys/signer';

/** Where a daemon's own private keys live. The keys never leave it; what they can do is the `Signer` it hands out. */
export interface KeyManager {
  /** Makes a key under this name, durable before it is returned; a key of that name is replaced. */
  generate(name: string, keyType: KeyType): Promise<Signer>;
  find(name: string): Promise<Signer | undefined>;
}
