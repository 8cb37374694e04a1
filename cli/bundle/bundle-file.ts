import { parseSpiffeBundleDocument } from '@vouchsafe/pki/bundle/spiffe-bundle-json';
import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { parsePem } from '@vouchsafe/pki/keys/pem';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Bundle } from '@vouchsafe/proto/gen/spire/api/types/Bundle';
import { describeError } from '../../runtime/errors.ts';
import { CliError } from '../errors.ts';
import { readInput } from '../read-input.ts';
import type { Terminal } from '../terminal.ts';

/** What a server takes in one message. */
const LIMITS = { than: 'any bundle', maxBytes: 4 << 20 };

/**
 * The bundle of this trust domain in a file, PEM certificates or a SPIFFE bundle in JSON, as a server takes it; `-` is
 * standard input. Keys that cannot be used are left out, and told.
 * @throws CliError CLI_INPUT_UNREADABLE, also for a bundle without any authority
 */
export async function readBundleFile(
  file: string,
  trustDomain: TrustDomain,
  terminal: Terminal,
): Promise<Bundle> {
  const content = await readInput(file, terminal, LIMITS);
  return parseBundleText(content, { name: file, trustDomain, terminal });
}

interface BundleText {
  /** Where it comes from. */
  readonly name: string;
  readonly trustDomain: TrustDomain;
  readonly terminal: Terminal;
}

/** The same of a text. @throws CliError CLI_INPUT_UNREADABLE */
export function parseBundleText(
  content: Buffer,
  { name, trustDomain, terminal }: BundleText,
): Bundle {
  try {
    const bundle = parseBundle(content, trustDomain, terminal);
    const { x509Authorities, jwtAuthorities } = bundle;
    if (x509Authorities.length + jwtAuthorities.length > 0) return encodeBundle(bundle);
  } catch (cause) {
    throw new CliError('CLI_INPUT_UNREADABLE', `${name}: ${describeError(cause)}`, { cause });
  }
  throw new CliError('CLI_INPUT_UNREADABLE', `${name}: it holds no authority`);
}

function parseBundle(content: Buffer, trustDomain: TrustDomain, terminal: Terminal): TrustBundle {
  const text = content.toString('utf8');
  if (!text.trimStart().startsWith('{')) {
    const certificates = parsePem(text, 'CERTIFICATE').map(parseCertificate);
    const x509Authorities = certificates.map((certificate) => ({ certificate, tainted: false }));
    return TrustBundle.of({ trustDomain, x509Authorities });
  }
  const { bundle, ignored } = parseSpiffeBundleDocument(content, trustDomain);
  for (const { index, reason } of ignored) {
    terminal.stderr.write(`key ${index + 1} is left out: ${reason.message}\n`);
  }
  return bundle;
}

function encodeBundle(bundle: TrustBundle): Bundle {
  return {
    trust_domain: bundle.trustDomain.name,
    x509_authorities: bundle.x509Certificates.map(({ raw }) => ({ asn1: raw })),
    jwt_authorities: bundle.jwtAuthorities.map(({ keyId, publicKeyInfo, expiresAt }) => ({
      key_id: keyId,
      public_key: publicKeyInfo,
      expires_at: String(Math.floor((expiresAt?.getTime() ?? 0) / 1000)),
    })),
    refresh_hint: String(bundle.refreshHintSeconds),
    sequence_number: bundle.sequenceNumber.toString(),
  };
}
