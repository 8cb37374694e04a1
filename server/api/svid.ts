import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseAudience } from '@vouchsafe/pki/jwt/audience';
import type { Csr } from '@vouchsafe/pki/x509/csr';
import type { NewX509SVIDParams__Output } from '@vouchsafe/proto/gen/spire/api/server/svid/v1/NewX509SVIDParams';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Clock } from '../../runtime/clock.ts';
import { audienceRefusal } from '../../runtime/entry-attributes.ts';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import { cappedTtl } from '../../runtime/audience-rules.ts';
import {
  invalidArgument,
  notFound,
  permissionDenied,
  unimplemented,
} from '../../runtime/rpc/status.ts';
import type { AgentRecord } from '../attestation/agent-record.ts';
import type { CertificateAuthority, IssuedX509Svid } from '../ca/certificate-authority.ts';
import { findAuthorizedEntry } from '../registration/authorized-entries.ts';
import { dnsNameProblem, findCoveringWildcard } from '../registration/dns-name.ts';
import type { RegistrationEntry } from '../registration/entry.ts';
import type { Registry } from '../registry.ts';
import { provenCsr } from './csr.ts';
import { mapSome } from './map-some.ts';
import { encodeFailure, OK } from './messages/status.ts';
import { checkWorkload, decodeWorkload } from './messages/spiffe-id.ts';
import { encodeJwtSvid, encodeX509Svid } from './messages/svid.ts';
import { signingCaller } from './rate-limits.ts';
import type { RateLimits } from './rate-limits.ts';
import { refusing } from './refusing.ts';
import { agentOf } from './server-call.ts';
import type { ServerCall } from './server-call.ts';

export interface SvidServiceDeps {
  readonly trustDomain: TrustDomain;
  readonly registry: Registry;
  readonly authority: CertificateAuthority;
  readonly defaultTtlSeconds: { readonly x509: number; readonly jwt: number; readonly ca: number };
  readonly limits: Pick<RateLimits, 'admit'>;
  readonly clock: Clock;
}

type SvidService = Pick<
  Implementation<ServiceHandlers<'svid'>, ServerCall>,
  | 'MintX509SVID'
  | 'MintJWTSVID'
  | 'MintWITSVID'
  | 'BatchNewWITSVID'
  | 'BatchNewX509SVID'
  | 'NewJWTSVID'
  | 'NewDownstreamX509CA'
>;

/** `spire.api.server.svid.v1.SVID`. */
export function svidService(deps: SvidServiceDeps): SvidService {
  return {
    MintX509SVID: mintX509Svid(deps),
    MintJWTSVID: mintJwtSvid(deps),
    MintWITSVID: withoutWit,
    BatchNewWITSVID: withoutWit,
    BatchNewX509SVID: batchNewX509Svid(deps),
    NewJWTSVID: newJwtSvid(deps),
    NewDownstreamX509CA: newDownstreamX509Ca(deps),
  };
}

function withoutWit(): never {
  throw unimplemented('WIT functionality is disabled');
}

/**
 * How much of one batch is taken up at a time: enough to keep every thread busy, and so little that reading the CSRs of
 * many batches keeps nobody else's calls waiting.
 */
const AT_ONCE = 64;

/** Of the CSR only the key counts: who it is for, its names and its life are the entry's. */
function batchNewX509Svid(deps: SvidServiceDeps): SvidService['BatchNewX509SVID'] {
  return async ({ params }, call) => {
    const agent = agentOf(call);
    if (params.length === 0) throw invalidArgument('missing parameters');
    await deps.limits.admit(call, params.length);
    const authority = deps.authority.for(signingCaller(call));
    const results = await mapSome(params, AT_ONCE, async (param) => {
      const entry = { entry_id: param.entry_id };
      try {
        authority.checkTurn();
        const svid = await newX509Svid({ ...deps, authority }, agent, param);
        call.audit.addItem({ ...entry, ...x509Fields(svid) });
        return { status: OK, svid: encodeX509Svid(svid) };
      } catch (error) {
        call.audit.addItem({ ...entry, error });
        return { status: encodeFailure(error) };
      }
    });
    return { results };
  };
}

async function newX509Svid(
  deps: SvidServiceDeps,
  agent: AgentRecord,
  { entry_id, csr }: NewX509SVIDParams__Output,
): Promise<IssuedX509Svid> {
  if (entry_id === '') throw invalidArgument('missing entry ID');
  if (csr.length === 0) throw invalidArgument('missing CSR');
  const entry = await authorizedEntry(deps, agent, entry_id);
  const { publicKeyInfo } = await provenCsr(csr, deps.authority, {
    missing: 'missing CSR',
    malformed: 'malformed CSR',
    unproven: 'invalid CSR signature',
  });
  return deps.authority.issueX509Svid({
    spiffeId: entry.spiffeId,
    publicKeyInfo,
    dnsNames: entry.dnsNames,
    ttlSeconds: entry.x509SvidTtlSeconds || deps.defaultTtlSeconds.x509,
  });
}

function newJwtSvid(deps: SvidServiceDeps): SvidService['NewJWTSVID'] {
  return async ({ entry_id, audience }, call) => {
    const agent = agentOf(call);
    if (entry_id === '') throw invalidArgument('missing entry ID');
    const checked = checkAudience(audience);
    const entry = await authorizedEntry(deps, agent, entry_id);
    call.audit.set('entry_id', entry.id);
    call.audit.set('spiffe_id', entry.spiffeId);
    call.audit.set('audience', checked);
    const refusal = audienceRefusal(entry, checked);
    if (refusal !== undefined) throw permissionDenied(refusal);
    const svid = await deps.authority.for(signingCaller(call)).issueJwtSvid({
      spiffeId: entry.spiffeId,
      audience: checked,
      ttlSeconds: cappedTtl(
        entry.jwtSvidTtlSeconds || deps.defaultTtlSeconds.jwt,
        entry.attributes?.audience,
      ),
      withId: entry.additionalAttributes?.jwtSvidIncludeJti === true,
    });
    call.audit.set('expires_at', svid.expiresAt);
    return { svid: encodeJwtSvid(entry.spiffeId, svid) };
  };
}

/** One text for an entry that does not exist and for one that is not this agent's. */
async function authorizedEntry(
  { registry, clock }: SvidServiceDeps,
  agent: AgentRecord,
  entryId: string,
): Promise<RegistrationEntry> {
  const find = () => findAuthorizedEntry(registry.entries, { agent, entryId }, clock.now());
  let entry = find();
  if (entry === undefined) {
    await registry.refresh();
    entry = find();
  }
  if (entry === undefined) throw notFound('entry not found or not authorized');
  return entry;
}

/** Of the CSR only the key counts: an authority is one of the trust domain, whatever it calls itself. */
function newDownstreamX509Ca(deps: SvidServiceDeps): SvidService['NewDownstreamX509CA'] {
  return async ({ csr: der, preferred_ttl }, call) => {
    const authority = deps.authority.for(signingCaller(call));
    const { publicKeyInfo } = await provenCsr(der, authority, {
      missing: 'missing CSR',
      malformed: 'malformed CSR',
      unproven: 'invalid CSR signature',
    });
    const { trustDomain, registry, defaultTtlSeconds } = deps;
    const ttlSeconds = checkTtl(preferred_ttl) || defaultTtlSeconds.ca;
    const issued = await authority.issueSubordinate({ trustDomain, publicKeyInfo, ttlSeconds });
    call.audit.addItem(x509Fields(issued));
    const roots = registry.findBundle(trustDomain)?.x509Certificates ?? [];
    return {
      ca_cert_chain: issued.chain.map((one) => Buffer.from(one)),
      x509_authorities: roots.map(({ raw }) => Buffer.from(raw)),
    };
  };
}

/** For an administrator: any workload identity of the trust domain, without an entry. */
function mintX509Svid(deps: SvidServiceDeps): SvidService['MintX509SVID'] {
  return async ({ csr: der, ttl }, call) => {
    const authority = deps.authority.for(signingCaller(call));
    const csr = await provenCsr(der, authority, {
      missing: 'missing CSR',
      malformed: 'malformed CSR',
      unproven: 'failed to verify CSR signature',
    });
    const spiffeId = requestedId(csr, deps.trustDomain);
    checkDnsNames(csr.dnsNames);
    const svid = await authority.issueX509Svid({
      spiffeId,
      publicKeyInfo: csr.publicKeyInfo,
      dnsNames: csr.dnsNames,
      subject: csr.subject,
      ttlSeconds: checkTtl(ttl) || deps.defaultTtlSeconds.x509,
    });
    call.audit.addItem(x509Fields(svid));
    return { svid: encodeX509Svid(svid) };
  };
}

function mintJwtSvid(deps: SvidServiceDeps): SvidService['MintJWTSVID'] {
  return async ({ id, audience, ttl }, call) => {
    const spiffeId = refusing('invalid SPIFFE ID', () => decodeWorkload(id, deps.trustDomain));
    const checked = checkAudience(audience);
    call.audit.set('spiffe_id', spiffeId);
    call.audit.set('audience', checked);
    const svid = await deps.authority.for(signingCaller(call)).issueJwtSvid({
      spiffeId,
      audience: checked,
      ttlSeconds: checkTtl(ttl) || deps.defaultTtlSeconds.jwt,
      withId: false,
    });
    call.audit.set('expires_at', svid.expiresAt);
    return { svid: encodeJwtSvid(spiffeId, svid) };
  };
}

function requestedId({ uriNames }: Csr, trustDomain: TrustDomain): SpiffeId {
  const [uri, ...others] = uriNames;
  if (uri === undefined) throw invalidArgument('CSR URI SAN is required');
  if (others.length > 0) throw invalidArgument('only one URI SAN is expected');
  return refusing('CSR URI SAN is invalid', () => checkWorkload(SpiffeId.parse(uri), trustDomain));
}

function checkDnsNames(names: readonly string[]): void {
  const problem = names.map(dnsNameProblem).find((text) => text !== undefined);
  if (problem !== undefined) throw invalidArgument(`CSR DNS name is invalid: ${problem}`);
  if (findCoveringWildcard(names) !== undefined) {
    throw invalidArgument('CSR DNS name contains a wildcard that covers another non-wildcard name');
  }
}

function checkTtl(ttl: number): number {
  if (ttl < 0) throw invalidArgument('TTL cannot be negative');
  return ttl;
}

function checkAudience(audience: readonly string[]): readonly string[] {
  if (audience.every((value) => value === '')) {
    throw invalidArgument('at least one audience is required');
  }
  return refusing('invalid audience', () => parseAudience(audience));
}

function x509Fields(svid: IssuedX509Svid): Readonly<Record<string, unknown>> {
  const { spiffeId, serialNumber, expiresAt } = svid;
  return { spiffe_id: spiffeId, serial_number: serialNumber, expires_at: expiresAt };
}
