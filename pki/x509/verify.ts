import { PkiError } from '../errors.ts';
import { sameBytes } from '../der/values.ts';
import { SpiffeId, parseWorkloadId } from '../spiffe-id.ts';
import type { TrustDomain } from '../trust-domain.ts';
import { KEY_USAGE, NAME_TAG } from './extensions.ts';
import { permits } from './name-constraints.ts';
import type { ConstrainedNames } from './name-constraints.ts';
import type { Certificate } from './certificate.ts';

/** Longer chains are nobody's honest SVID. */
const MAX_CHAIN = 10;
/** A chain may be sent in any order and a bundle may hold look-alikes: the search for a path ends here. */
const MAX_SIGNATURE_CHECKS = 100;

export interface X509SvidChecks {
  /** As it was presented: the SVID first, then whatever may lead to an authority. */
  readonly chain: readonly Certificate[];
  /** The X.509 authorities of a trust domain; undefined if its bundle is not known. BundleSet has this function. */
  readonly authorities: (trustDomain: TrustDomain) => readonly Certificate[] | undefined;
  readonly now: Date;
}

/**
 * The SPIFFE ID of a chain that is proven to an authority of that ID's own trust domain at `now` (X509-SVID §5,
 * RFC 5280 §6). The codes are for logs.
 * @throws PkiError PKI_SVID_*, and PKI_KEY_* for the key of a certificate in the path
 */
export function verifyX509Svid({ chain, authorities, now }: X509SvidChecks): SpiffeId {
  const [leaf, ...others] = chain;
  if (leaf === undefined) throw new PkiError('PKI_SVID_CHAIN_EMPTY');
  if (chain.length > MAX_CHAIN) throw new PkiError('PKI_SVID_CHAIN_TOO_LONG');
  const spiffeId = checkSvid(leaf);
  checkTime(leaf, now);
  const anchors = authorities(spiffeId.trustDomain);
  if (anchors === undefined) throw new PkiError('PKI_SVID_TRUST_DOMAIN_UNKNOWN');
  const search = { anchors, others, now, checksLeft: MAX_SIGNATURE_CHECKS };
  if (!leadsToAnchor([leaf], search)) throw new PkiError('PKI_SVID_UNTRUSTED');
  return spiffeId;
}

/**
 * What a certificate must be to identify a workload at all (X509-SVID §5.2), whoever signed it.
 * @returns its SPIFFE ID
 * @throws PkiError PKI_SVID_URI_COUNT, PKI_SVID_ID, PKI_SVID_IS_CA, PKI_SVID_KEY_USAGE, PKI_SVID_CRITICAL_EXTENSION, PKI_KEY_*
 */
export function checkSvid(leaf: Certificate): SpiffeId {
  const [uri, ...otherUris] = leaf.uriNames;
  if (uri === undefined || otherUris.length > 0) throw new PkiError('PKI_SVID_URI_COUNT');
  const spiffeId = parseId(uri);
  if (leaf.isCa) throw new PkiError('PKI_SVID_IS_CA');
  const isSigning = ((leaf.keyUsage ?? 0) & (KEY_USAGE.keyCertSign | KEY_USAGE.cRLSign)) !== 0;
  if (isSigning || !leaf.allows(KEY_USAGE.digitalSignature)) {
    throw new PkiError('PKI_SVID_KEY_USAGE');
  }
  const [unknown] = leaf.unknownCriticalExtensions;
  if (unknown !== undefined) throw new PkiError('PKI_SVID_CRITICAL_EXTENSION', { detail: unknown });
  leaf.checkKey(); // a weak key proves nothing, whoever certified it
  return spiffeId;
}

function parseId(uri: string): SpiffeId {
  try {
    return parseWorkloadId(uri);
  } catch (cause) {
    throw new PkiError('PKI_SVID_ID', { cause });
  }
}

function checkTime({ notBefore, notAfter }: Certificate, now: Date): void {
  // Written so that an invalid date refuses.
  if (!(now >= notBefore)) throw new PkiError('PKI_SVID_NOT_YET_VALID');
  if (!(now <= notAfter)) throw new PkiError('PKI_SVID_EXPIRED');
}

interface Search {
  readonly anchors: readonly Certificate[];
  readonly others: readonly Certificate[];
  readonly now: Date;
  checksLeft: number;
}

/** Whether the path, from the SVID up, can be completed to an anchor. */
function leadsToAnchor(path: readonly Certificate[], search: Search): boolean {
  const last = path.at(-1)!;
  const issues = (candidate: Certificate): boolean =>
    sameBytes(last.issuer, candidate.subject) &&
    hasKeyOf(last, candidate) &&
    mayIssue(candidate, path, search.now) &&
    isSigned(last, candidate, search);
  if (search.anchors.some(issues)) return true;
  if (path.length >= MAX_CHAIN) return false;
  return search.others.some(
    (candidate) =>
      !path.includes(candidate) && issues(candidate) && leadsToAnchor([...path, candidate], search),
  );
}

/** Key IDs are hints that spare signature checks; only both together can disagree. */
function hasKeyOf({ authorityKeyId }: Certificate, { subjectKeyId }: Certificate): boolean {
  return (
    authorityKeyId === undefined || subjectKeyId === undefined || authorityKeyId === subjectKeyId
  );
}

/** Everything but the signature that makes a certificate an issuer of the path below it (RFC 5280 §6.1.4). */
function mayIssue(issuer: Certificate, below: readonly Certificate[], now: Date): boolean {
  const { pathLength, notBefore, notAfter, nameConstraints } = issuer;
  if (!issuer.isCa || !issuer.allows(KEY_USAGE.keyCertSign)) return false;
  if (!(now >= notBefore && now <= notAfter)) return false;
  if (issuer.unknownCriticalExtensions.length > 0 || !isNamedAsIssuer(issuer)) return false;
  const intermediates = below.slice(1).filter((certificate) => !certificate.isSelfIssued());
  if (pathLength !== undefined && intermediates.length > pathLength) return false;
  return (
    nameConstraints === undefined ||
    below.every((certificate) => permits(nameConstraints, constrainedNames(certificate)))
  );
}

/** The SPIFFE ID of a signing certificate, if it has one, is its trust domain's and has no path (X509-SVID §3.2). */
function isNamedAsIssuer({ uriNames }: Certificate): boolean {
  const ids = uriNames.filter((uri) => /^spiffe:/i.test(uri));
  return ids.length <= 1 && ids.every(isTrustDomainId);
}

function isTrustDomainId(uri: string): boolean {
  try {
    return SpiffeId.parse(uri).path === '';
  } catch {
    return false;
  }
}

function isSigned(certificate: Certificate, issuer: Certificate, search: Search): boolean {
  if (search.checksLeft === 0)
    throw new PkiError('PKI_SVID_UNTRUSTED', { detail: 'search was given up' });
  search.checksLeft--;
  try {
    return certificate.isSignedBy(issuer);
  } catch {
    return false; // a key that is none, or too weak, signs for nobody
  }
}

const EMPTY_NAME_BYTES = 2;

function constrainedNames({ altNames, subject }: Certificate): ConstrainedNames {
  const tags = new Set(altNames.tags);
  if (subject.length > EMPTY_NAME_BYTES) tags.add(NAME_TAG.directory);
  return { uriHosts: altNames.uriNames.map(hostOf), dnsNames: altNames.dnsNames, tags };
}

/** A URI without an authority part has no host, which fits no constraint (RFC 5280 §4.2.1.10). */
function hostOf(uri: string): string {
  return /^[a-z][a-z0-9+.-]*:\/\/(?:[^@/?#]*@)?([^:/?#]*)/i.exec(uri)?.[1] ?? '';
}
