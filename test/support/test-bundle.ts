import { JwtAuthority } from '@vouchsafe/pki/jwt/jwt-authority';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { mintAuthority } from '@vouchsafe/pki/x509/mint';
import { makeTestKey, type TestKey } from './test-jwt.ts';

interface AuthorityOverrides {
  readonly trustDomain?: string;
  readonly key?: TestKey;
  readonly notAfter?: Date;
}

let lastSerialNumber = 0n;

/** The certificate of an X.509 authority of example.org on P-256, good from 2026 to 2036, where nothing else is said. */
export async function makeAuthority(overrides: AuthorityOverrides = {}): Promise<Certificate> {
  const { trustDomain = 'example.org', key = makeTestKey() } = overrides;
  lastSerialNumber += 1n;
  return parseCertificate(
    await mintAuthority({
      trustDomain: TrustDomain.of(trustDomain),
      signer: key.signer,
      notBefore: new Date('2026-01-01T00:00:00Z'),
      notAfter: overrides.notAfter ?? new Date('2036-01-01T00:00:00Z'),
      serialNumber: lastSerialNumber,
    }),
  );
}

/** A JWT authority on a key of its own, where no other is given. */
export function makeJwtAuthority(
  keyId: string,
  overrides: { key?: TestKey; expiresAt?: Date; tainted?: boolean } = {},
): JwtAuthority {
  const { key = makeTestKey(), ...life } = overrides;
  return JwtAuthority.of({ keyId, publicKeyInfo: key.publicKeyInfo, ...life });
}
