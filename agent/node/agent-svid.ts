import type { KeyPair } from '@vouchsafe/pki/keys/key-pair';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';

/** The agent's own X509-SVID, by which the server knows it. */
export interface AgentSvid {
  readonly spiffeId: SpiffeId;
  /** Leaf first; at least one. */
  readonly chain: readonly Certificate[];
  readonly key: KeyPair;
  /** Whether it is renewed by attesting again instead of asking with the old one. */
  readonly reattestable: boolean;
}

export interface AgentSvidParts {
  readonly chain: readonly Certificate[];
  readonly key: KeyPair;
  readonly reattestable: boolean;
}

/** Puts an SVID together; undefined when chain and key do not belong together or the leaf names nobody. */
export function joinAgentSvid({ chain, key, reattestable }: AgentSvidParts): AgentSvid | undefined {
  const [leaf] = chain;
  if (leaf === undefined || Buffer.compare(leaf.publicKeyInfo, key.publicKeyInfo) !== 0) {
    return undefined;
  }
  const [uri, ...others] = leaf.uriNames;
  if (uri === undefined || others.length > 0) return undefined;
  try {
    return { spiffeId: SpiffeId.parse(uri), chain, key, reattestable };
  } catch {
    return undefined; // the one who asked says where it came from
  }
}

export function expiresAt({ chain }: AgentSvid): Date {
  return chain[0]!.notAfter;
}

/** What TLS shows of it. */
export function tlsIdentity({ chain, key }: AgentSvid): { certificate: string; key: string } {
  return {
    certificate: chain.map(({ raw }) => encodePem('CERTIFICATE', raw)).join(''),
    key: key.privateKey.export({ format: 'pem', type: 'pkcs8' }),
  };
}
