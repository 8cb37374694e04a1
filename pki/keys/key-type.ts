/** The key types an authority or a workload may have (JWT-SVID §3 leaves out Ed25519, and so do we). */
export const KEY_TYPES = ['ec-p256', 'ec-p384', 'rsa-2048', 'rsa-4096'] as const;

export type KeyType = (typeof KEY_TYPES)[number];

export function isKeyType(text: string): text is KeyType {
  return (KEY_TYPES as readonly string[]).includes(text);
}
