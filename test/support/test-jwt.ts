import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { KeyType } from '@vouchsafe/pki/keys/key-type';
import type { Signer } from '@vouchsafe/pki/keys/signer';

/** A private key with its signer, for tests that also need what a Signer hides. */
export interface TestKey {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly publicKeyInfo: Uint8Array;
  readonly signer: Signer;
}

const EC_CURVES: Readonly<Record<string, string>> = {
  'ec-p256': 'P-256',
  'ec-p384': 'P-384',
  'ec-p521': 'P-521',
};

/** Keys that no Signer of ours has (P-521) come too: a foreign trust domain may use them. */
export function makeTestKey(type: KeyType | 'ec-p521' = 'ec-p256'): TestKey {
  const namedCurve = EC_CURVES[type];
  const { privateKey, publicKey } =
    namedCurve === undefined
      ? generateKeyPairSync('rsa', { modulusLength: Number(type.slice('rsa-'.length)) })
      : generateKeyPairSync('ec', { namedCurve });
  const publicKeyInfo = publicKey.export({ type: 'spki', format: 'der' });
  const hash = type === 'ec-p384' ? 'sha384' : 'sha256';
  const signer: Signer = {
    keyType: type as KeyType,
    publicKeyInfo,
    sign: (data) => Promise.resolve(sign(hash, data, privateKey)),
  };
  return { privateKey, publicKey, publicKeyInfo, signer };
}

/** One part of a token: JSON as given, or raw text where an object could not say it. */
export function encodePart(value: object | string): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return Buffer.from(text).toString('base64url');
}

/** A token with any header and payload, properly signed as ES256 unless another signature is given. */
export function makeToken(
  header: object | string,
  payload: object | string,
  signature: KeyObject | string,
): string {
  const signingInput = `${encodePart(header)}.${encodePart(payload)}`;
  if (typeof signature === 'string') return `${signingInput}.${signature}`;
  const raw = sign('sha256', Buffer.from(signingInput), {
    key: signature,
    dsaEncoding: 'ieee-p1363',
  });
  return `${signingInput}.${raw.toString('base64url')}`;
}
