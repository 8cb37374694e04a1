import { signJwtSvid } from '@vouchsafe/pki/jwt/jwt-svid';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import type { KeyPair } from '@vouchsafe/pki/keys/key-pair';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { mintAuthority, mintX509Svid } from '@vouchsafe/pki/x509/mint';
import { newSerialNumber } from '@vouchsafe/pki/x509/serial';
import type { MessageInput } from '@vouchsafe/proto/load';

interface Authority {
  readonly certificate: Certificate;
  readonly key: KeyPair;
  tainted: boolean;
}

interface JwtKey {
  readonly keyId: string;
  readonly key: KeyPair;
  tainted: boolean;
}

export interface SvidRequest {
  readonly spiffeId: string;
  readonly publicKeyInfo: Uint8Array;
  readonly ttlSeconds: number;
}

/** The authorities of a trust domain in memory; certificates are real, times are the clock's. */
export class FakeCa {
  readonly trustDomain: TrustDomain;
  readonly #clock: { now(): Date };
  readonly authorities: Authority[] = [];
  readonly jwtKeys: JwtKey[] = [];
  #sequence = 0;

  private constructor(trustDomain: TrustDomain, clock: { now(): Date }) {
    this.trustDomain = trustDomain;
    this.#clock = clock;
  }

  static async create(name: string, clock: { now(): Date }): Promise<FakeCa> {
    const ca = new FakeCa(TrustDomain.of(name), clock);
    await ca.rotate();
    return ca;
  }

  /** Adds new authorities and signs with them from now on. */
  async rotate(): Promise<void> {
    const [key, jwtKey] = [await generateKeyPair('ec-p256'), await generateKeyPair('ec-p256')];
    const der = await mintAuthority({
      trustDomain: this.trustDomain,
      signer: key.signer,
      ...this.#validity(10 * 365 * 24 * 3600),
    });
    this.authorities.push({ certificate: parseCertificate(der), key, tainted: false });
    this.jwtKeys.push({ keyId: `kid-${this.jwtKeys.length}`, key: jwtKey, tainted: false });
    this.#sequence++;
  }

  /** Everything but the newest authorities is about to be revoked. */
  taintOld(): void {
    for (const authority of [...this.authorities.slice(0, -1), ...this.jwtKeys.slice(0, -1)]) {
      authority.tainted = true;
    }
    this.#sequence++;
  }

  /** Only the newest authorities are left. */
  revokeOld(): void {
    this.authorities.splice(0, this.authorities.length - 1);
    this.jwtKeys.splice(0, this.jwtKeys.length - 1);
    this.#sequence++;
  }

  /** An X509-SVID, DER. */
  async issue({ spiffeId, publicKeyInfo, ttlSeconds }: SvidRequest): Promise<Uint8Array> {
    const { certificate, key } = this.authorities.at(-1)!;
    return mintX509Svid({
      spiffeId: SpiffeId.parse(spiffeId),
      publicKeyInfo,
      issuer: { certificate, signer: key.signer },
      ...this.#validity(ttlSeconds),
    });
  }

  issueJwt(spiffeId: string, audience: readonly string[], ttlSeconds: number): Promise<string> {
    const { keyId, key } = this.jwtKeys.at(-1)!;
    const issuedAt = this.#clock.now();
    return signJwtSvid(
      {
        spiffeId: SpiffeId.parse(spiffeId),
        audience,
        issuedAt,
        expiresAt: new Date(issuedAt.getTime() + ttlSeconds * 1000),
      },
      { keyId, signer: key.signer },
    );
  }

  /** As the server's API tells it. */
  bundle(): MessageInput<'spire.api.types.Bundle'> {
    return {
      trust_domain: this.trustDomain.name,
      x509_authorities: this.authorities.map(({ certificate, tainted }) => ({
        asn1: certificate.raw,
        tainted,
      })),
      jwt_authorities: this.jwtKeys.map(({ keyId, key, tainted }) => ({
        public_key: key.publicKeyInfo,
        key_id: keyId,
        expires_at: '0',
        tainted,
      })),
      sequence_number: String(this.#sequence),
      refresh_hint: '0',
    };
  }

  /** As an operator carries it to a node. */
  pem(): string {
    return this.authorities
      .map(({ certificate }) => encodePem('CERTIFICATE', certificate.raw))
      .join('');
  }

  get certificates(): readonly Certificate[] {
    return this.authorities.map(({ certificate }) => certificate);
  }

  #validity(ttlSeconds: number) {
    const now = this.#clock.now().getTime();
    return {
      notBefore: new Date(now - 10_000),
      notAfter: new Date(now + ttlSeconds * 1000),
      serialNumber: newSerialNumber(),
    };
  }
}
