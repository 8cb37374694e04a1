import { DerReader, TAG } from '../der/reader.ts';
import { readOid } from '../der/values.ts';
import { directoryString, oid, sequence, set } from '../der/writer.ts';
import { OID } from './oids.ts';

/** Writes RelativeDistinguishedNames of one attribute. */
function rdn(type: string) {
  const written = oid(type);
  return (value: string): Buffer => set(sequence(written, directoryString(value)));
}

const organization = rdn(OID.organizationName);
const commonNameRdn = rdn(OID.commonName);
const serialNumberRdn = rdn(OID.serialNumber);

const COUNTRY = rdn(OID.countryName)('US');

/** What the subject of every SVID and CSR starts with: names of the ecosystem that tools and filters know. */
const SVID_RDNS = [COUNTRY, organization('SPIRE')];

export const SPIRE_SUBJECT: Uint8Array = sequence(...SVID_RDNS);

/** The subject of an X509-SVID with DNS names: the first of them is also its common name. */
export function svidSubject(commonName: string | undefined): Uint8Array {
  return commonName === undefined
    ? SPIRE_SUBJECT
    : sequence(...SVID_RDNS, commonNameRdn(commonName));
}

/** The subject of an authority, unlike that of any other: verifiers that look authorities up by name find one. */
export function authoritySubject(serialNumber: bigint): Uint8Array {
  return sequence(COUNTRY, organization('SPIFFE'), serialNumberRdn(serialNumber.toString()));
}

/** A subject with this common name in place of those it has. @throws PkiError PKI_DER_MALFORMED */
export function withCommonName(subject: Uint8Array, commonName: string): Uint8Array {
  const reader = new DerReader(DerReader.only(subject, TAG.sequence).content);
  const kept: Uint8Array[] = [];
  while (!reader.isDone) {
    const { raw, content } = reader.read(TAG.set);
    const type = readOid(new DerReader(content).enter(TAG.sequence).read(TAG.oid).content);
    if (type !== OID.commonName) kept.push(raw);
  }
  return sequence(...kept, commonNameRdn(commonName));
}
