import { createPublicKey, type KeyObject } from 'node:crypto';
import { PkiError } from '../errors.ts';
import { parseBase64 } from '../json/base64.ts';
import type { JsonObject } from '../json/strict-json.ts';

/** A public key as JSON Web Key (RFC 7517): `kty`, then the members of the key in the order of RFC 7518 §6. */
export type Jwk = Readonly<Record<string, string>>;

const EC_MEMBERS = ['kty', 'crv', 'x', 'y'] as const;
const RSA_MEMBERS = ['kty', 'n', 'e'] as const;
/** RFC 7518 §6.2.2, §6.3.2 and §6.4. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** RFC 7518 §6.2.1.1, with OpenSSL's name for it; a coordinate is written at its full width. */
const CURVES = [
  { name: 'P-256', opensslName: 'prime256v1', coordinateBytes: 32 },
  { name: 'P-384', opensslName: 'secp384r1', coordinateBytes: 48 },
  { name: 'P-521', opensslName: 'secp521r1', coordinateBytes: 66 },
];
/** No larger modulus is taken anywhere. */
const MAX_INTEGER_BYTES = 1024;

/** The JWK of a public key, nothing else in it; undefined for keys that are neither RSA nor on a curve of RFC 7518. */
export function encodeJwk(key: KeyObject): Jwk | undefined {
  const members = membersOf(key);
  if (members === undefined) return undefined;
  const exported = key.export({ format: 'jwk' });
  return Object.fromEntries(members.map((name) => [name, exported[name] ?? '']));
}

/**
 * The public key of a JWK, of any size. Other members are ignored, but not secrets: a key whose private half is known
 * to all proves nothing.
 * @throws PkiError PKI_JWK_SECRET, PKI_JWK_KEY_TYPE, PKI_JWK_MEMBER
 */
export function parseJwk(json: JsonObject): KeyObject {
  const secret = SECRET_MEMBERS.find((name) => name in json);
  if (secret !== undefined) throw new PkiError('PKI_JWK_SECRET', { detail: secret });
  const jwk = readPublicMembers(json);
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch (cause) {
    throw new PkiError('PKI_JWK_MEMBER', { cause }); // a point beside its curve
  }
}

function membersOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject) {
  if (asymmetricKeyType === 'rsa') return RSA_MEMBERS;
  const curve = asymmetricKeyType === 'ec' ? asymmetricKeyDetails?.namedCurve : undefined;
  return CURVES.some(({ opensslName }) => opensslName === curve) ? EC_MEMBERS : undefined;
}

function readPublicMembers(json: JsonObject) {
  const { kty, crv } = json;
  if (kty === 'RSA') return { kty, n: readInteger(json, 'n'), e: readInteger(json, 'e') };
  const curve = CURVES.find(({ name }) => name === crv);
  if (kty !== 'EC' || curve === undefined) throw new PkiError('PKI_JWK_KEY_TYPE');
  const { name, coordinateBytes } = curve;
  const isCoordinate = (bytes: Uint8Array): boolean => bytes.length === coordinateBytes;
  const x = readBytes(json, 'x', isCoordinate);
  return { kty, crv: name, x, y: readBytes(json, 'y', isCoordinate) };
}

/** As few bytes as the number takes (RFC 7518 §2, Base64urlUInt). */
function readInteger(json: JsonObject, name: string): string {
  return readBytes(json, name, (bytes) => {
    const [first = 0] = bytes;
    return first !== 0 && bytes.length <= MAX_INTEGER_BYTES;
  });
}

function readBytes(
  json: JsonObject,
  name: string,
  isWellFormed: (bytes: Uint8Array) => boolean,
): string {
  const text = json[name];
  if (typeof text === 'string') {
    const bytes = parseBase64(text, 'base64url');
    if (bytes !== undefined && isWellFormed(bytes)) return text;
  }
  throw new PkiError('PKI_JWK_MEMBER', { detail: name });
}
