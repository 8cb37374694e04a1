import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { adminTarget, withConnection } from '../connect.ts';
import type { Invocation } from '../verb.ts';

interface RefreshBundleFlags {
  readonly socket?: string;
  readonly trustDomain: TrustDomain;
}

/** More than the server gives an endpoint, so that its own words come through. */
const REFRESH_MS = 40_000;

export async function refreshBundle(
  { socket, trustDomain }: RefreshBundleFlags,
  { terminal }: Invocation,
): Promise<void> {
  const target = { ...(await adminTarget(socket, terminal)), callTimeoutMs: REFRESH_MS };
  await withConnection(target, (connection) =>
    connection.unary('trustDomain', 'RefreshBundle', { trust_domain: trustDomain.name }),
  );
  terminal.stdout.write(`the bundle of ${trustDomain.name} is up to date\n`);
}
