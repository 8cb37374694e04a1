import { availableParallelism } from 'node:os';
import type { Clock } from '../../runtime/clock.ts';
import type { DiskKeyManager } from '../../runtime/keys/disk.ts';
import type { Log } from '../../runtime/log.ts';
import type { ServerConfig } from '../config.ts';
import type { Datastore } from '../datastore/datastore.ts';
import { AuthorityManager } from './authority-manager.ts';
import { CertificateAuthority } from './certificate-authority.ts';
import type { SignatureKind } from './certificate-authority.ts';
import type { JwtAuthority } from './jwt-authority.ts';
import { jwtAuthorities } from './jwt-authority.ts';
import { Rotator } from './rotator.ts';
import { SigningLimit, signaturesAtOnce } from './signing-limit.ts';
import type { X509Authority } from './x509-authority.ts';
import { x509Authorities } from './x509-authority.ts';

/** A batch of 500 from each of many agents; whoever comes after that is told to come back. */
const MAX_WAITING_SIGNATURES = 50_000;

/** What signs in this server, and what takes its place in time. */
export interface Authorities {
  readonly x509: AuthorityManager<X509Authority>;
  readonly jwt: AuthorityManager<JwtAuthority>;
  readonly authority: CertificateAuthority;
  readonly rotator: Rotator;
  readonly canSign: () => boolean;
  /** How many signatures wait for their turn. */
  readonly waiting: () => number;
}

export interface AuthorityDeps {
  readonly keys: DiskKeyManager;
  readonly datastore: Datastore;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of each signature. */
  readonly onSigned?: (kind: SignatureKind) => void;
}

/** Loads the authorities of this server; the first time, makes and publishes them. */
export async function openAuthorities(
  config: ServerConfig,
  { keys, datastore, clock, log, onSigned }: AuthorityDeps,
): Promise<Authorities> {
  const common = {
    trustDomain: config.trust_domain,
    ttlSeconds: config.ca_ttl,
    keys,
    store: datastore.authorities,
    clock,
    log,
  };
  const keyType = config.ca_key_type;
  const jwtKeyType = config.jwt_key_type ?? keyType;
  const x509 = new AuthorityManager({ ...common, kind: x509Authorities, keyType });
  const jwt = new AuthorityManager({ ...common, kind: jwtAuthorities, keyType: jwtKeyType });
  await x509.load();
  await jwt.load();
  const { bundles } = datastore;
  const rotator = new Rotator({ ...common, successions: [x509, jwt], bundles });
  await rotator.rotate();
  const limit = new SigningLimit({
    max: signaturesAtOnce([keyType, jwtKeyType], availableParallelism()),
    maxWaiting: MAX_WAITING_SIGNATURES,
  });
  const authority = new CertificateAuthority({
    x509,
    jwt,
    limit,
    jwtIssuer: config.jwt_issuer,
    onSigned,
    clock,
  });
  return {
    x509,
    jwt,
    authority,
    rotator,
    waiting: () => limit.waiting,
    canSign: () => x509.active !== undefined && jwt.active !== undefined,
  };
}
