import { verify, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { PkiError } from '../errors.ts';
import { parseBase64 } from '../json/base64.ts';
import { parseJsonObject, type JsonObject } from '../json/strict-json.ts';
import type { Signer } from '../keys/signer.ts';
import {
  ALGORITHM_OF_KEY_TYPE,
  findJwsAlgorithm,
  fitsKey,
  type JwsAlgorithm,
} from './algorithms.ts';
import { ecdsaDerToRaw } from './ecdsa-signature.ts';

/** A part of a token as it is written, in characters; a workload's token has some hundred. */
export const MAX_JWS_PART_LENGTH = 64 * 1024;
const MAX_TOKEN_LENGTH = 3 * MAX_JWS_PART_LENGTH + 2;
const MAX_HEADER_DEPTH = 4;

/** Members that bring a key along or say where to get one (RFC 7515 §4.1.2–4.1.6): the key is ours to choose. */
const KEY_MEMBERS = ['jwk', 'jku', 'x5c', 'x5u'];

/** What the header of a JWS says, of all that it may say (RFC 7515 §4.1). */
export interface JwsHeader {
  readonly algorithm: JwsAlgorithm;
  /** `kid`, not empty. */
  readonly keyId: string;
  /** `typ` as it was written, undefined if absent. */
  readonly type: string | undefined;
}

/** A compact JWS that was taken apart; nothing of it is proven yet. */
export interface CompactJws {
  readonly header: JwsHeader;
  readonly payload: Uint8Array;
  readonly signature: Uint8Array;
  readonly signingInput: string;
}

/**
 * Takes a compact JWS apart (RFC 7515 §7.1). The header is read and judged before the rest is decoded, and the
 * algorithm before anything else in it (JWT-SVID §2.1). Members of the header that nobody here needs are ignored.
 * @throws PkiError PKI_JWS_* for the form, PKI_JSON_* for a header that is no JSON object
 */
export function parseCompactJws(token: string): CompactJws {
  const { header, payload, signature, signingInput } = splitToken(token);
  return {
    header: parseHeader(header),
    payload: parsePart(payload),
    signature: parsePart(signature),
    signingInput,
  };
}

const verifyInThreadPool = promisify(verify);

/**
 * Proves that the key's owner signed the token; the arithmetic runs in libuv's thread pool.
 * @throws PkiError PKI_JWS_KEY_MISMATCH, PKI_JWS_SIGNATURE
 */
export async function verifyJws(jws: CompactJws, key: KeyObject): Promise<void> {
  const { algorithm } = jws.header;
  if (!fitsKey(algorithm, key)) throw new PkiError('PKI_JWS_KEY_MISMATCH');
  const { signatureBytes = jws.signature.length, padding } = algorithm;
  if (jws.signature.length !== signatureBytes) throw new PkiError('PKI_JWS_SIGNATURE');
  const isSigned = await verifyInThreadPool(
    algorithm.hash,
    Buffer.from(jws.signingInput, 'latin1'),
    { key, dsaEncoding: 'ieee-p1363', ...padding },
    jws.signature,
  );
  if (!isSigned) throw new PkiError('PKI_JWS_SIGNATURE');
}

/** Who signs, and what the header says of it. */
export interface JwsSigner {
  readonly keyId: string;
  readonly signer: Signer;
}

/**
 * A compact JWS over a JSON payload whose header has alg, kid and typ and nothing else (JWT-SVID §2).
 * @throws PkiError PKI_JWS_KEY_ID, PKI_JWS_TOO_LARGE for what parseCompactJws would not take back
 */
export async function signJws(payload: object, type: string, by: JwsSigner): Promise<string> {
  const { keyId, signer } = by;
  if (keyId === '') throw new PkiError('PKI_JWS_KEY_ID');
  const alg = ALGORITHM_OF_KEY_TYPE[signer.keyType];
  const signingInput = `${encodePart({ alg, kid: keyId, typ: type })}.${encodePart(payload)}`;
  const signed = await signer.sign(Buffer.from(signingInput, 'latin1'));
  const signatureBytes = findJwsAlgorithm(alg)?.signatureBytes;
  const signature = signatureBytes === undefined ? signed : ecdsaDerToRaw(signed, signatureBytes);
  return `${signingInput}.${Buffer.from(signature).toString('base64url')}`;
}

function splitToken(token: string) {
  // Bounds first: nothing below walks a text of unbounded length.
  if (token.length > MAX_TOKEN_LENGTH) throw new PkiError('PKI_JWS_TOO_LARGE');
  const first = token.indexOf('.');
  const second = token.indexOf('.', first + 1);
  if (first === -1 || second === -1 || token.includes('.', second + 1)) {
    throw new PkiError('PKI_JWS_PARTS');
  }
  return {
    header: token.slice(0, first),
    payload: token.slice(first + 1, second),
    signature: token.slice(second + 1),
    signingInput: token.slice(0, second),
  };
}

function parseHeader(part: string): JwsHeader {
  const json = parseJsonObject(parsePart(part), {
    maxBytes: MAX_JWS_PART_LENGTH,
    maxDepth: MAX_HEADER_DEPTH,
  });
  const algorithm = findJwsAlgorithm(json['alg']);
  if (algorithm === undefined) throw new PkiError('PKI_JWS_ALGORITHM');
  if ('crit' in json || 'b64' in json) throw new PkiError('PKI_JWS_CRITICAL');
  const keyMember = KEY_MEMBERS.find((name) => name in json);
  if (keyMember !== undefined) throw new PkiError('PKI_JWS_EMBEDDED_KEY', { detail: keyMember });
  return { algorithm, keyId: readKeyId(json), type: readType(json) };
}

function readKeyId({ kid }: JsonObject): string {
  if (typeof kid !== 'string' || kid === '') throw new PkiError('PKI_JWS_KEY_ID');
  return kid;
}

function readType({ typ }: JsonObject): string | undefined {
  if (typ !== undefined && typeof typ !== 'string') throw new PkiError('PKI_JWS_TYPE');
  return typ;
}

function parsePart(part: string): Uint8Array {
  if (part.length > MAX_JWS_PART_LENGTH) throw new PkiError('PKI_JWS_TOO_LARGE');
  const bytes = parseBase64(part, 'base64url');
  if (bytes === undefined) throw new PkiError('PKI_JWS_ENCODING');
  return bytes;
}

function encodePart(value: object): string {
  const part = Buffer.from(JSON.stringify(value)).toString('base64url');
  if (part.length > MAX_JWS_PART_LENGTH) throw new PkiError('PKI_JWS_TOO_LARGE');
  return part;
}
