import type { KeyObject } from 'node:crypto';
import { PkiError } from '../errors.ts';
import { DerReader, TAG, constructed, malformed } from '../der/reader.ts';
import { readInteger, readOctetsOfBitString, readOid } from '../der/values.ts';
import { bitString, explicit, integer, oid, sequence, set } from '../der/writer.ts';
import { importPublicKey } from '../keys/public-key.ts';
import type { Signer } from '../keys/signer.ts';
import type { SpiffeId } from '../spiffe-id.ts';
import { altNamesExtension } from './extension-writer.ts';
import { NO_NAMES, findExtension, readAltNames, readExtensions } from './extensions.ts';
import type { AltNames } from './extensions.ts';
import { SPIRE_SUBJECT } from './names.ts';
import { OID } from './oids.ts';
import { ALGORITHM_OF_KEY_TYPE, findSignatureAlgorithm, provesKey } from './signature-algorithm.ts';
import type { Signed } from './signature-algorithm.ts';

/** Checked before a byte is read: what a workload asks for takes a few hundred. */
const MAX_BYTES = 8 << 10;
const MAX_ATTRIBUTES = 16;

/** A PKCS#10 request (RFC 2986). What it asks for is the sender's wish, and its key unproven until verifyCsr. */
export interface Csr {
  /** Name, DER. */
  readonly subject: Uint8Array;
  /** SubjectPublicKeyInfo, DER, of a key that may be certified. */
  readonly publicKeyInfo: Uint8Array;
  readonly uriNames: readonly string[];
  readonly dnsNames: readonly string[];
  readonly publicKey: KeyObject;
  readonly signed: Signed;
}

/**
 * Reads a request and nothing behind it.
 * @throws PkiError PKI_CSR_TOO_LARGE, PKI_CSR_VERSION, PKI_DER_MALFORMED, PKI_KEY_*
 */
export function parseCsr(der: Uint8Array): Csr {
  if (der.length > MAX_BYTES) throw new PkiError('PKI_CSR_TOO_LARGE');
  const outer = new DerReader(DerReader.only(der, TAG.sequence).content);
  const body = outer.read(TAG.sequence);
  const algorithm = findSignatureAlgorithm(outer.read(TAG.sequence).raw);
  const signature = readOctetsOfBitString(outer.read(TAG.bitString).content);
  outer.end();
  const reader = new DerReader(body.content);
  if (readInteger(reader.read(TAG.integer).content) !== 0n) throw new PkiError('PKI_CSR_VERSION');
  const subject = reader.read(TAG.sequence).raw;
  const publicKeyInfo = reader.read(TAG.sequence).raw;
  const attributes = reader.readOptional(constructed(0));
  reader.end();
  const { uriNames, dnsNames } = readNames(attributes?.content ?? new Uint8Array());
  return {
    subject,
    publicKeyInfo,
    uriNames,
    dnsNames,
    publicKey: importPublicKey(publicKeyInfo),
    signed: { signedBytes: body.raw, algorithm, signature },
  };
}

/** The names asked for; attributes other than the request for extensions are passed over. */
function readNames(content: Uint8Array): AltNames {
  const reader = new DerReader(content);
  let names: AltNames | undefined;
  for (let count = 0; !reader.isDone; count++) {
    if (count === MAX_ATTRIBUTES) throw malformed('too many attributes');
    const attribute = reader.enter(TAG.sequence);
    const type = readOid(attribute.read(TAG.oid).content);
    const values = attribute.enter(TAG.set);
    attribute.end();
    if (type !== OID.extensionRequest) continue;
    if (names !== undefined) throw malformed('two requests for extensions');
    const extensions = readExtensions(values.enter(TAG.sequence));
    values.end();
    const altNames = findExtension(extensions, OID.subjectAltName);
    names = altNames === undefined ? NO_NAMES : readAltNames(altNames.value);
  }
  return names ?? NO_NAMES;
}

/**
 * Proves that the sender holds the private key; the arithmetic runs in libuv's thread pool.
 * @throws PkiError PKI_CSR_SIGNATURE
 */
export async function verifyCsr(csr: Csr): Promise<void> {
  if (!(await provesKey(csr.signed, csr.publicKey))) throw new PkiError('PKI_CSR_SIGNATURE');
}

export interface CsrRequest {
  readonly signer: Signer;
  /** Asked for as a URI name; an issuer that goes by registration entries ignores it. */
  readonly spiffeId?: SpiffeId | undefined;
  readonly dnsNames?: readonly string[];
}

/** A request signed with the key it is about, DER. */
export async function createCsr({
  signer,
  spiffeId,
  dnsNames = [],
}: CsrRequest): Promise<Uint8Array> {
  const uriNames = spiffeId === undefined ? [] : [spiffeId.toString()];
  const hasNames = uriNames.length + dnsNames.length > 0;
  const extensions = hasNames ? [extensionRequest(altNamesExtension({ uriNames, dnsNames }))] : [];
  const body = sequence(
    integer(0n),
    SPIRE_SUBJECT,
    signer.publicKeyInfo,
    explicit(0, ...extensions),
  );
  const algorithm = ALGORITHM_OF_KEY_TYPE[signer.keyType].identifier;
  return sequence(body, algorithm, bitString(await signer.sign(body)));
}

const extensionRequest = (extension: Uint8Array): Buffer =>
  sequence(oid(OID.extensionRequest), set(sequence(extension)));
