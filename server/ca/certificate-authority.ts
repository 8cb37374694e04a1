import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { newJwtId, signJwtSvid } from '@vouchsafe/pki/jwt/jwt-svid';
import { verifyCsr } from '@vouchsafe/pki/x509/csr';
import type { Csr } from '@vouchsafe/pki/x509/csr';
import { mintSubordinate, mintX509Svid } from '@vouchsafe/pki/x509/mint';
import { newSerialNumber } from '@vouchsafe/pki/x509/serial';
import type { Clock } from '../../runtime/clock.ts';
import { unavailable } from '../../runtime/rpc/status.ts';
import { checkIssued, checkIssuedAuthority } from '../credential/check.ts';
import { floorToSecond, validityOf } from '../credential/validity.ts';
import { SigningTurn } from '../limits/signing-turn.ts';
import type { SigningCaller } from '../limits/signing-turn.ts';
import type { Authority } from './authority.ts';
import type { JwtAuthority } from './jwt-authority.ts';
import type { SigningLimit } from './signing-limit.ts';
import type { X509Authority } from './x509-authority.ts';

/** Gives the authority that signs now. */
interface Succession<A extends Authority> {
  readonly active: A | undefined;
}

export type SignatureKind = 'x509' | 'ca' | 'jwt';

export interface CertificateAuthorityDeps {
  readonly x509: Succession<X509Authority>;
  readonly jwt: Succession<JwtAuthority>;
  readonly limit: SigningLimit;
  /** `iss` of JWT-SVIDs; undefined to leave it out. */
  readonly jwtIssuer: string | undefined;
  readonly clock: Clock;
  /** Told of each signature. */
  readonly onSigned?: ((kind: SignatureKind) => void) | undefined;
  /** Whose turn signatures wait for; the server's own when undefined. */
  readonly turn?: SigningTurn;
}

export interface X509SvidRequest {
  readonly spiffeId: SpiffeId;
  /** SubjectPublicKeyInfo, DER, of a key whose possession was proven. */
  readonly publicKeyInfo: Uint8Array;
  readonly dnsNames?: readonly string[];
  /** Name, DER; the usual one when undefined. */
  readonly subject?: Uint8Array | undefined;
  readonly ttlSeconds: number;
}

export interface SubordinateRequest {
  readonly trustDomain: TrustDomain;
  /** SubjectPublicKeyInfo, DER, of a key whose possession was proven. */
  readonly publicKeyInfo: Uint8Array;
  readonly ttlSeconds: number;
}

export interface IssuedX509Svid {
  readonly spiffeId: SpiffeId;
  /** DER, leaf first, without the self-signed root. */
  readonly chain: readonly Uint8Array[];
  readonly serialNumber: bigint;
  readonly notBefore: Date;
  readonly expiresAt: Date;
}

export interface JwtSvidRequest {
  readonly spiffeId: SpiffeId;
  readonly audience: readonly string[];
  readonly ttlSeconds: number;
  /** Whether the token gets a `jti`. */
  readonly withId: boolean;
}

export interface IssuedJwtSvid {
  readonly token: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** Signs with the authorities of this server. Who may have what is decided before. */
export class CertificateAuthority {
  readonly #deps: CertificateAuthorityDeps;

  constructor(deps: CertificateAuthorityDeps) {
    this.#deps = deps;
  }

  /** The same for one caller, who waits for its turn. */
  for(caller: SigningCaller): CertificateAuthority {
    const turn = new SigningTurn(caller, this.#deps.clock);
    return new CertificateAuthority({ ...this.#deps, turn });
  }

  /** Whether it is worth to begin with more. @throws RpcError when the caller no longer waits for it */
  checkTurn(): void {
    this.#deps.turn?.check();
  }

  /** @throws PkiError when the sender of the CSR does not hold its key */
  proveKey(csr: Csr): Promise<void> {
    return this.#deps.limit.run(() => verifyCsr(csr), this.#deps.turn);
  }

  async issueX509Svid(request: X509SvidRequest): Promise<IssuedX509Svid> {
    const authority = activeOf(this.#deps.x509);
    const { spiffeId, ttlSeconds, ...profile } = request;
    const validity = validityOf(ttlSeconds, authority.expiresAt, this.#deps.clock.now());
    const serialNumber = newSerialNumber();
    const leaf = await this.#deps.limit.run(
      () => mintX509Svid({ ...profile, ...validity, spiffeId, serialNumber, issuer: authority }),
      this.#deps.turn,
    );
    this.#deps.onSigned?.('x509');
    checkIssued(leaf, { ...validity, ...request, serialNumber, issuer: authority.certificate });
    return {
      spiffeId,
      chain: [leaf],
      serialNumber,
      notBefore: validity.notBefore,
      expiresAt: validity.notAfter,
    };
  }

  /** An authority below this server's, for a server below this one. */
  async issueSubordinate(request: SubordinateRequest): Promise<IssuedX509Svid> {
    const authority = activeOf(this.#deps.x509);
    const { trustDomain, publicKeyInfo, ttlSeconds } = request;
    const validity = validityOf(ttlSeconds, authority.expiresAt, this.#deps.clock.now());
    const serialNumber = newSerialNumber();
    const common = { ...validity, publicKeyInfo, serialNumber };
    const certificate = await this.#deps.limit.run(
      () => mintSubordinate({ ...common, trustDomain, issuer: authority }),
      this.#deps.turn,
    );
    this.#deps.onSigned?.('ca');
    const spiffeId = SpiffeId.of(trustDomain, '');
    checkIssuedAuthority(certificate, { ...common, spiffeId, issuer: authority.certificate });
    return {
      spiffeId,
      chain: [certificate],
      serialNumber,
      notBefore: validity.notBefore,
      expiresAt: validity.notAfter,
    };
  }

  async issueJwtSvid(request: JwtSvidRequest): Promise<IssuedJwtSvid> {
    const authority = activeOf(this.#deps.jwt);
    const { spiffeId, audience, ttlSeconds, withId } = request;
    const issuedAt = floorToSecond(this.#deps.clock.now());
    const expiresAt = validityOf(ttlSeconds, authority.expiresAt, issuedAt).notAfter;
    const token = await this.#deps.limit.run(
      () =>
        signJwtSvid(
          {
            spiffeId,
            audience,
            issuedAt,
            expiresAt,
            issuer: this.#deps.jwtIssuer,
            jti: withId ? newJwtId() : undefined,
          },
          { keyId: authority.authorityId, signer: authority.signer },
        ),
      this.#deps.turn,
    );
    this.#deps.onSigned?.('jwt');
    return { token, issuedAt, expiresAt };
  }
}

function activeOf<A extends Authority>({ active }: Succession<A>): A {
  if (active === undefined) throw unavailable('server is initializing');
  return active;
}
