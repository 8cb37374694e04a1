import { TAG, primitive } from '../der/reader.ts';
import { element, ia5, octetString, oid, sequence } from '../der/writer.ts';
import { NAME_TAG } from './extensions.ts';
import { OID } from './oids.ts';

const TRUE = Buffer.of(TAG.boolean, 1, 0xff);

/** Writes extensions of a kind around their values. */
function extension(type: string, criticality: 'critical' | 'not critical') {
  const head = [oid(type), ...(criticality === 'critical' ? [TRUE] : [])];
  return (value: Uint8Array): Buffer => sequence(...head, octetString(value));
}

const keyUsage = extension(OID.keyUsage, 'critical');
const basicConstraints = extension(OID.basicConstraints, 'critical');
const extendedKeyUsage = extension(OID.extendedKeyUsage, 'not critical');
const subjectKeyIdentifier = extension(OID.subjectKeyIdentifier, 'not critical');
const authorityKeyIdentifier = extension(OID.authorityKeyIdentifier, 'not critical');
const subjectAltName = extension(OID.subjectAltName, 'not critical');

/** digitalSignature, keyEncipherment, keyAgreement. */
export const SVID_KEY_USAGE: Uint8Array = keyUsage(Buffer.of(TAG.bitString, 2, 3, 0b1010_1000));

/** keyCertSign and cRLSign, and nothing else (X509-SVID appendix A). */
export const AUTHORITY_KEY_USAGE: Uint8Array = keyUsage(
  Buffer.of(TAG.bitString, 2, 1, 0b0000_0110),
);

/** Both ends of mutual TLS (X509-SVID §4.4). */
export const SVID_EXTENDED_KEY_USAGE: Uint8Array = extendedKeyUsage(
  sequence(oid(OID.serverAuth), oid(OID.clientAuth)),
);

/** Written though it only says the default: some verifiers want it there. */
export const SVID_BASIC_CONSTRAINTS: Uint8Array = basicConstraints(sequence());

export const AUTHORITY_BASIC_CONSTRAINTS: Uint8Array = basicConstraints(sequence(TRUE));

export const subjectKeyIdExtension = (keyId: Uint8Array): Buffer =>
  subjectKeyIdentifier(octetString(keyId));

export const authorityKeyIdExtension = (keyId: Uint8Array): Buffer =>
  authorityKeyIdentifier(sequence(element(primitive(0), keyId)));

/** Names in ASCII: what a SpiffeId is and what DNS names were checked to be. */
export function altNamesExtension(names: {
  readonly uriNames: readonly string[];
  readonly dnsNames: readonly string[];
}): Buffer {
  const dns = names.dnsNames.map((name) => ia5(NAME_TAG.dns, name));
  const uris = names.uriNames.map((name) => ia5(NAME_TAG.uri, name));
  return subjectAltName(sequence(...dns, ...uris));
}
