// What the server sends, as values. The server is trusted to say who gets what, but not to be free of mistakes: what
// does not parse is refused here, so that the rest of the agent never sees it.
import { JwtAuthority } from '@vouchsafe/pki/jwt/jwt-authority';
import { Selector } from '@vouchsafe/pki/selector';
import { SpiffeId, parseWorkloadId } from '@vouchsafe/pki/spiffe-id';
import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import type { MessageOutput } from '@vouchsafe/proto/load';
import type { EntryAttributes } from '../../runtime/entry-attributes.ts';
import type { RegistrationEntry } from '../cache/entry.ts';

type EntryMessage = MessageOutput<'spire.api.types.Entry'>;
type BundleMessage = MessageOutput<'spire.api.types.Bundle'>;
type ChainMessage = MessageOutput<'spire.api.types.X509SVID'>;
type JwtKeyMessage = MessageOutput<'spire.api.types.JWTKey'>;

/** Longer chains are nobody's honest SVID. */
const MAX_CHAIN = 16;

/** @throws PkiError, TypeError when the entry is not one that an agent can serve */
export function parseEntry(message: EntryMessage, attributes?: EntryAttributes): RegistrationEntry {
  const { id, selectors, spiffe_id } = message;
  if (id === '') throw new TypeError('the entry has no ID');
  if (spiffe_id === null) throw new TypeError('the entry has no SPIFFE ID');
  if (selectors.length === 0) throw new TypeError('the entry has no selectors');
  return {
    id,
    spiffeId: parseWorkloadId(`spiffe://${spiffe_id.trust_domain}${spiffe_id.path}`),
    selectors: selectors.map(({ type, value }) => Selector.of(type, value)),
    federatesWith: message.federates_with.map((name) => TrustDomain.parse(name)),
    hint: message.hint,
    createdAt: Number(message.created_at),
    revision: message.revision_number,
    storeSvid: message.store_svid,
    prefetch: message.additional_attributes?.disable_x509_svid_prefetch !== true,
    jwtIncludesId: message.additional_attributes?.jwt_svid_include_jti === true,
    attributes,
  };
}

/**
 * The bundle, or `previous` itself when nothing has changed: servers are asked for it every few seconds.
 * @throws PkiError, TypeError when it is not the bundle of this trust domain
 */
export function parseBundle(
  message: BundleMessage,
  trustDomain: TrustDomain,
  previous: TrustBundle | undefined,
): TrustBundle {
  if (!TrustDomain.parse(message.trust_domain).equals(trustDomain)) {
    throw new TypeError(`the bundle is that of ${message.trust_domain}`);
  }
  if (previous !== undefined && isSame(message, previous)) return previous;
  return TrustBundle.of({
    trustDomain,
    x509Authorities: message.x509_authorities.map(({ asn1, tainted }) => ({
      certificate: parseCertificate(asn1),
      tainted,
    })),
    jwtAuthorities: message.jwt_authorities.map(parseJwtAuthority).filter(isUsable),
    sequenceNumber: BigInt(message.sequence_number),
    refreshHintSeconds: Number(message.refresh_hint),
  });
}

function parseJwtAuthority({ key_id, public_key, expires_at, tainted }: JwtKeyMessage) {
  return JwtAuthority.of({
    keyId: key_id,
    publicKeyInfo: public_key,
    expiresAt: expires_at === '0' ? undefined : new Date(Number(expires_at) * 1000),
    tainted,
  });
}

/** One key of a kind they do not know makes some clients refuse all of them. */
function isUsable(authority: JwtAuthority): boolean {
  try {
    return authority.publicKey.type === 'public';
  } catch {
    return false; // tokens signed with it do not verify here either
  }
}

function isSame(message: BundleMessage, bundle: TrustBundle): boolean {
  return (
    BigInt(message.sequence_number) === bundle.sequenceNumber &&
    Number(message.refresh_hint) === bundle.refreshHintSeconds &&
    message.x509_authorities.length === bundle.x509Authorities.length &&
    message.x509_authorities.every(({ asn1, tainted }, i) => {
      const own = bundle.x509Authorities[i]!;
      return own.tainted === tainted && Buffer.compare(asn1, own.certificate.raw) === 0;
    }) &&
    message.jwt_authorities.length === bundle.jwtAuthorities.length &&
    message.jwt_authorities.every((key, i) => {
      const own = bundle.jwtAuthorities[i]!;
      return key.tainted === own.tainted && parseJwtAuthority(key).equals(own);
    })
  );
}

/** The certificates of an SVID, leaf first. @throws PkiError, TypeError */
export function parseChain(message: ChainMessage | null): readonly Certificate[] {
  const chain = message?.cert_chain ?? [];
  if (chain.length === 0) throw new TypeError('the answer holds no certificate');
  if (chain.length > MAX_CHAIN) throw new TypeError('the certificate chain is too long');
  return chain.map(parseCertificate);
}

/** The one SPIFFE ID that a certificate bears. @throws PkiError, TypeError */
export function certificateId({ uriNames }: Certificate): SpiffeId {
  const [uri, ...others] = uriNames;
  if (uri === undefined || others.length > 0) throw new TypeError('not exactly one URI name');
  return SpiffeId.parse(uri);
}
