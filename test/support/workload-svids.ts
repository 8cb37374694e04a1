import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { parseBundle } from '../../agent/sync/messages.ts';
import type { RegistrationEntry } from '../../agent/cache/entry.ts';
import { WorkloadSvid } from '../../agent/cache/svid-cache.ts';
import { messageCodec } from '@vouchsafe/proto/load';
import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { FakeCa } from './fake-ca.ts';

/** The SVID of an entry, as the agent has it; an hour long where nothing else is said. */
export async function workloadSvid(
  ca: FakeCa,
  entry: RegistrationEntry,
  { ttlSeconds = 3600 }: { readonly ttlSeconds?: number } = {},
): Promise<WorkloadSvid> {
  const key = await generateKeyPair('ec-p256');
  const { publicKeyInfo } = key;
  const der = await ca.issue({ spiffeId: entry.spiffeId.toString(), publicKeyInfo, ttlSeconds });
  const certificate = parseCertificate(der);
  const { notBefore, notAfter } = certificate;
  const renewAt = new Date((notBefore.getTime() + notAfter.getTime()) / 2);
  return new WorkloadSvid({ entry, chain: [certificate], key, renewAt });
}

/** The bundle of a trust domain, as the agent reads it from the wire. */
export function bundleOf(ca: FakeCa, previous?: TrustBundle): TrustBundle {
  const codec = messageCodec('spire.api.types.Bundle');
  return parseBundle(codec.decode(codec.encode(ca.bundle())), ca.trustDomain, previous);
}
