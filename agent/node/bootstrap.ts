import { parseSpiffeBundleJson } from '@vouchsafe/pki/bundle/spiffe-bundle-json';
import { parsePem } from '@vouchsafe/pki/keys/pem';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { readBoundedFile } from '../../runtime/bounded-file.ts';
import { describeError } from '../../runtime/errors.ts';
import { AgentError } from '../errors.ts';

const MAX_BYTES = 4 << 20;

/**
 * The X.509 authorities in a file that an operator brought to this node: PEM certificates, or a SPIFFE bundle in JSON.
 * @throws AgentError AGENT_BUNDLE_UNREADABLE
 */
export async function readTrustBundle(
  path: string,
  trustDomain: TrustDomain,
): Promise<readonly Certificate[]> {
  try {
    const authorities = parseAuthorities(await readBoundedFile(path, MAX_BYTES), trustDomain);
    if (authorities.length === 0) throw new Error('it holds no X.509 authority');
    return authorities;
  } catch (cause) {
    const detail = `${path}: ${describeError(cause)}`;
    throw new AgentError('AGENT_BUNDLE_UNREADABLE', { detail, cause });
  }
}

function parseAuthorities(content: Buffer, trustDomain: TrustDomain): readonly Certificate[] {
  const text = content.toString('utf8');
  if (text.trimStart().startsWith('{')) {
    return parseSpiffeBundleJson(content, trustDomain).x509Certificates;
  }
  return parsePem(text, 'CERTIFICATE').map(parseCertificate);
}
