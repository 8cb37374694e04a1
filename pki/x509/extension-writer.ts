import { TAG, primitive } from '../der/reader.ts';
import { element, ia5, octetString, oid, sequence } from '../der/writer.ts';
import { NAME_TAG } from './extensions.ts';
import { OID } from './oids.ts';

const TRUE = Buffer.of(TAG.boolean, 1, 0xff);

function extension(type: string, value: Uint8Array, critical: 'critical' | 'not critical'): Buffer {
  const flag = critical === 'critical' ? [TRUE] : [];
  return sequence(oid(type), ...flag, octetString(value));
}

/** digitalSignature, keyEncipherment, keyAgreement. */
export const SVID_KEY_USAGE: Uint8Array = extension(
  OID.keyUsage,
  Buffer.of(TAG.bitString, 2, 3, 0b1010_1000),
  'critical',
);

/** keyCertSign and cRLSign, and nothing else (X509-SVID appendix A). */
export const AUTHORITY_KEY_USAGE: Uint8Array = extension(
  OID.keyUsage,
  Buffer.of(TAG.bitString, 2, 1, 0b0000_0110),
  'critical',
);

/** Both ends of mutual TLS (X509-SVID §4.4). */
export const SVID_EXTENDED_KEY_USAGE: Uint8Array = extension(
  OID.extendedKeyUsage,
  sequence(oid(OID.serverAuth), oid(OID.clientAuth)),
  'not critical',
);

/** Written though it only says the default: some verifiers want it there. */
export const SVID_BASIC_CONSTRAINTS: Uint8Array = extension(
  OID.basicConstraints,
  sequence(),
  'critical',
);

export const AUTHORITY_BASIC_CONSTRAINTS: Uint8Array = extension(
  OID.basicConstraints,
  sequence(TRUE),
  'critical',
);

export const subjectKeyIdExtension = (keyId: Uint8Array): Buffer =>
  extension(OID.subjectKeyIdentifier, octetString(keyId), 'not critical');

export const authorityKeyIdExtension = (keyId: Uint8Array): Buffer =>
  extension(OID.authorityKeyIdentifier, sequence(element(primitive(0), keyId)), 'not critical');

/** Names in ASCII: what a SpiffeId is and what DNS names were checked to be. */
export function altNamesExtension(names: {
  readonly uriNames: readonly string[];
  readonly dnsNames: readonly string[];
}): Buffer {
  const dns = names.dnsNames.map((name) => ia5(NAME_TAG.dns, name));
  const uris = names.uriNames.map((name) => ia5(NAME_TAG.uri, name));
  return extension(OID.subjectAltName, sequence(...dns, ...uris), 'not critical');
}
