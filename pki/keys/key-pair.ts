import { createPrivateKey, createPublicKey, generateKeyPair as generate, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { PkiError } from '../errors.ts';
import type { KeyType } from './key-type.ts';
import { keyTypeOf } from './public-key.ts';
import type { Signer } from './signer.ts';

/** A private key in this process's memory. */
export interface KeyPair {
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeyInfo: Uint8Array;
  readonly signer: Signer;
}

const generateInThreadPool = promisify(generate);
const signInThreadPool = promisify(sign);

const GENERATORS: Readonly<Record<KeyType, () => Promise<{ privateKey: KeyObject }>>> = {
  'ec-p256': () => generateInThreadPool('ec', { namedCurve: 'P-256' }),
  'ec-p384': () => generateInThreadPool('ec', { namedCurve: 'P-384' }),
  'rsa-2048': () => generateInThreadPool('rsa', { modulusLength: 2048 }),
  'rsa-4096': () => generateInThreadPool('rsa', { modulusLength: 4096 }),
};

const HASHES: Readonly<Record<KeyType, string>> = {
  'ec-p256': 'sha256',
  'ec-p384': 'sha384',
  'rsa-2048': 'sha256',
  'rsa-4096': 'sha256',
};

/** A fresh key; the work is done in libuv's thread pool. */
export async function generateKeyPair(keyType: KeyType): Promise<KeyPair> {
  const { privateKey } = await GENERATORS[keyType]();
  return keyPairOf(privateKey, keyType);
}

/**
 * The key pair of a PKCS#8 private key, DER.
 * @throws PkiError PKI_KEY_MALFORMED, PKI_KEY_UNSUPPORTED; neither quotes the key
 */
export function keyPairFromPkcs8(der: Uint8Array): KeyPair {
  let privateKey: KeyObject;
  try {
    privateKey = createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' });
  } catch {
    throw new PkiError('PKI_KEY_MALFORMED'); // without the cause: OpenSSL may quote what it read
  }
  const keyType = keyTypeOf(privateKey);
  if (keyType === undefined) throw new PkiError('PKI_KEY_UNSUPPORTED');
  return keyPairOf(privateKey, keyType);
}

function keyPairOf(privateKey: KeyObject, keyType: KeyType): KeyPair {
  const publicKeyInfo = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  const hash = HASHES[keyType];
  const signer: Signer = {
    keyType,
    publicKeyInfo,
    sign: (data) => signInThreadPool(hash, data, privateKey),
  };
  return { privateKey, publicKeyInfo, signer };
}
