import type { FullMethodName } from '@vouchsafe/proto/services';
import type { Role } from '../roles/role.ts';

/** Kinds of caller that a method can be open to, and roles that open it where roles are given. */
export type Right = 'any' | 'local' | 'admin' | 'agent' | 'downstream' | Role;

export interface Access {
  readonly allow: readonly Right[];
  /** Whether each call leaves an audit line: it changes something, or signs. */
  readonly audit: boolean;
}

/** The services that this server answers. */
export type ServedService =
  | 'agent'
  | 'bundle'
  | 'entry'
  | 'svid'
  | 'health'
  | 'localAuthority'
  | 'trustDomain'
  | 'serverDebug'
  | 'serverLogger'
  | 'updates'
  | 'serverEntry'
  | 'serverExplain';

const reads = (...allow: Right[]): Access => ({ allow, audit: false });
const changes = (...allow: Right[]): Access => ({ allow, audit: true });
/** Not built yet: refused to all but those who will have it, who learn that it is not implemented. */
const closed = reads('local', 'admin');

/**
 * Who may call what, as SPIRE's default policy has it. A method without a row does not compile, and one that is called
 * without a row is refused.
 */
export const ACCESS: Readonly<Record<FullMethodName<ServedService>, Access>> = {
  '/spire.api.server.agent.v1.Agent/CountAgents': reads('local', 'admin', 'operator', 'auditor'),
  '/spire.api.server.agent.v1.Agent/ListAgents': reads('local', 'admin', 'operator', 'auditor'),
  '/spire.api.server.agent.v1.Agent/GetAgent': reads('local', 'admin', 'operator', 'auditor'),
  '/spire.api.server.agent.v1.Agent/DeleteAgent': changes('local', 'admin', 'operator'),
  '/spire.api.server.agent.v1.Agent/BanAgent': changes('local', 'admin', 'operator'),
  '/spire.api.server.agent.v1.Agent/AttestAgent': changes('any'),
  '/spire.api.server.agent.v1.Agent/RenewAgent': changes('agent'),
  '/spire.api.server.agent.v1.Agent/PostStatus': changes('agent'),
  '/spire.api.server.agent.v1.Agent/CreateJoinToken': changes('local', 'admin', 'operator'),

  '/spire.api.server.bundle.v1.Bundle/GetBundle': reads('any'),
  '/spire.api.server.bundle.v1.Bundle/GetFederatedBundle': reads(
    'local',
    'admin',
    'agent',
    'registrar',
    'auditor',
  ),
  '/spire.api.server.bundle.v1.Bundle/CountBundles': reads(
    'local',
    'admin',
    'registrar',
    'auditor',
  ),
  '/spire.api.server.bundle.v1.Bundle/AppendBundle': changes('local', 'admin'),
  '/spire.api.server.bundle.v1.Bundle/PublishJWTAuthority': changes('downstream'),
  '/spire.api.server.bundle.v1.Bundle/PublishWITAuthority': reads('downstream'),
  '/spire.api.server.bundle.v1.Bundle/ListFederatedBundles': reads(
    'local',
    'admin',
    'registrar',
    'auditor',
  ),
  '/spire.api.server.bundle.v1.Bundle/BatchCreateFederatedBundle': changes('local', 'admin'),
  '/spire.api.server.bundle.v1.Bundle/BatchUpdateFederatedBundle': changes('local', 'admin'),
  '/spire.api.server.bundle.v1.Bundle/BatchSetFederatedBundle': changes('local', 'admin'),
  '/spire.api.server.bundle.v1.Bundle/BatchDeleteFederatedBundle': changes('local', 'admin'),

  '/spire.api.server.entry.v1.Entry/CountEntries': reads('local', 'admin', 'registrar', 'auditor'),
  '/spire.api.server.entry.v1.Entry/ListEntries': reads('local', 'admin', 'registrar', 'auditor'),
  '/spire.api.server.entry.v1.Entry/GetEntry': reads('local', 'admin', 'registrar', 'auditor'),
  '/spire.api.server.entry.v1.Entry/BatchCreateEntry': changes('local', 'admin', 'registrar'),
  '/spire.api.server.entry.v1.Entry/BatchUpdateEntry': changes('local', 'admin', 'registrar'),
  '/spire.api.server.entry.v1.Entry/BatchDeleteEntry': changes('local', 'admin', 'registrar'),
  '/spire.api.server.entry.v1.Entry/GetAuthorizedEntries': reads('agent'),
  '/spire.api.server.entry.v1.Entry/SyncAuthorizedEntries': reads('agent'),

  '/vouchsafe.server.entry.v1.Entry/ListEntries': reads('local', 'admin', 'registrar', 'auditor'),
  '/vouchsafe.server.entry.v1.Entry/ApplyEntries': changes('local', 'admin', 'registrar'),
  '/vouchsafe.server.entry.v1.Entry/GetAuthorizedAttributes': reads('agent'),

  '/spire.api.server.svid.v1.SVID/MintX509SVID': changes('local', 'admin'),
  '/spire.api.server.svid.v1.SVID/MintJWTSVID': changes('local', 'admin'),
  '/spire.api.server.svid.v1.SVID/MintWITSVID': closed,
  '/spire.api.server.svid.v1.SVID/BatchNewX509SVID': changes('agent'),
  '/spire.api.server.svid.v1.SVID/NewJWTSVID': changes('agent'),
  '/spire.api.server.svid.v1.SVID/BatchNewWITSVID': { allow: ['agent'], audit: false },
  '/spire.api.server.svid.v1.SVID/NewDownstreamX509CA': changes('downstream'),

  '/spire.api.server.trustdomain.v1.TrustDomain/ListFederationRelationships': reads(
    'local',
    'admin',
    'auditor',
  ),
  '/spire.api.server.trustdomain.v1.TrustDomain/GetFederationRelationship': reads(
    'local',
    'admin',
    'auditor',
  ),
  '/spire.api.server.trustdomain.v1.TrustDomain/BatchCreateFederationRelationship': changes(
    'local',
    'admin',
  ),
  '/spire.api.server.trustdomain.v1.TrustDomain/BatchUpdateFederationRelationship': changes(
    'local',
    'admin',
  ),
  '/spire.api.server.trustdomain.v1.TrustDomain/BatchDeleteFederationRelationship': changes(
    'local',
    'admin',
  ),
  '/spire.api.server.trustdomain.v1.TrustDomain/RefreshBundle': changes('local', 'admin'),

  '/spire.api.server.localauthority.v1.LocalAuthority/GetJWTAuthorityState': reads(
    'local',
    'admin',
    'auditor',
  ),
  '/spire.api.server.localauthority.v1.LocalAuthority/GetX509AuthorityState': reads(
    'local',
    'admin',
    'auditor',
  ),
  '/spire.api.server.localauthority.v1.LocalAuthority/PrepareJWTAuthority': closed,
  '/spire.api.server.localauthority.v1.LocalAuthority/ActivateJWTAuthority': closed,
  '/spire.api.server.localauthority.v1.LocalAuthority/TaintJWTAuthority': closed,
  '/spire.api.server.localauthority.v1.LocalAuthority/RevokeJWTAuthority': closed,
  '/spire.api.server.localauthority.v1.LocalAuthority/PrepareX509Authority': closed,
  '/spire.api.server.localauthority.v1.LocalAuthority/ActivateX509Authority': closed,
  '/spire.api.server.localauthority.v1.LocalAuthority/TaintX509Authority': closed,
  '/spire.api.server.localauthority.v1.LocalAuthority/RevokeX509Authority': closed,
  '/spire.api.server.localauthority.v1.LocalAuthority/PrepareWITAuthority': closed,
  '/spire.api.server.localauthority.v1.LocalAuthority/ActivateWITAuthority': closed,
  '/spire.api.server.localauthority.v1.LocalAuthority/TaintWITAuthority': closed,
  '/spire.api.server.localauthority.v1.LocalAuthority/RevokeWITAuthority': closed,
  '/spire.api.server.localauthority.v1.LocalAuthority/TaintX509UpstreamAuthority': closed,
  '/spire.api.server.localauthority.v1.LocalAuthority/RevokeX509UpstreamAuthority': closed,
  '/spire.api.server.localauthority.v1.LocalAuthority/GetWITAuthorityState': closed,

  '/spire.api.server.debug.v1.Debug/GetInfo': reads('local', 'auditor'),

  '/spire.api.server.logger.v1.Logger/GetLogger': reads('local', 'auditor'),
  '/spire.api.server.logger.v1.Logger/SetLogLevel': changes('local'),
  '/spire.api.server.logger.v1.Logger/ResetLogLevel': changes('local'),

  '/vouchsafe.server.explain.v1.Explain/ExplainIdentity': reads(
    'local',
    'admin',
    'registrar',
    'operator',
    'auditor',
  ),

  '/grpc.health.v1.Health/Check': reads('local', 'registrar', 'operator', 'auditor'),
  '/grpc.health.v1.Health/List': reads('local', 'registrar', 'operator', 'auditor'),
  '/grpc.health.v1.Health/Watch': reads('local', 'registrar', 'operator', 'auditor'),

  '/vouchsafe.server.updates.v1.Updates/Watch': reads('local', 'admin', 'agent', 'auditor'),
  '/vouchsafe.server.updates.v1.Updates/FetchEntries': reads('agent'),
  '/vouchsafe.server.updates.v1.Updates/Acknowledge': reads('agent'),
  '/vouchsafe.server.updates.v1.Updates/AwaitServed': reads('local', 'admin', 'registrar'),
};

export function findAccess(method: string): Access | undefined {
  return Object.hasOwn(ACCESS, method) ? ACCESS[method as keyof typeof ACCESS] : undefined;
}
