import { hash } from 'node:crypto';
import { DerReader, TAG } from '../der/reader.ts';
import { readOctetsOfBitString } from '../der/values.ts';

/**
 * The key ID of a SubjectPublicKeyInfo: SHA-1 of its key bits (RFC 5280 §4.2.1.2, method 1). It names a key and proves
 * nothing, so SHA-1 does no harm here.
 * @throws PkiError PKI_DER_MALFORMED
 */
export function subjectKeyId(publicKeyInfo: Uint8Array): Uint8Array {
  const reader = new DerReader(DerReader.only(publicKeyInfo, TAG.sequence).content);
  reader.read(TAG.sequence);
  const bits = readOctetsOfBitString(reader.read(TAG.bitString).content);
  reader.end();
  return hash('sha1', bits, 'buffer');
}
