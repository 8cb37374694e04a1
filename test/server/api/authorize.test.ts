import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import t from 'tap';
import type { Right } from '../../../server/api/access.ts';
import { authorize } from '../../../server/api/authorize.ts';
import type { Caller } from '../../../server/api/caller.ts';
import type { AgentRecord } from '../../../server/attestation/agent-record.ts';
import { EntryIndex } from '../../../server/registration/entry-index.ts';
import type { RegistrationEntry } from '../../../server/registration/entry.ts';
import type { Registry } from '../../../server/registry.ts';
import type { RoleAssignment } from '../../../server/roles/role.ts';
import { SERVER_UID, assignment, roleBook } from '../../support/roles.ts';
import { AGENT_ID, NOW, agentRecord, idOf, storedEntry } from '../../support/server-entries.ts';

const LATER = new Date(NOW.getTime() + 3_600_000);
const FOREIGN_ADMIN = SpiffeId.parse('spiffe://foreign.org/ops');
const LOCAL: Extract<Caller, { kind: 'local' }> = {
  kind: 'local',
  uid: 1000,
  gids: [1000, 50],
  pid: 1,
};
const ANONYMOUS: Caller = { kind: 'anonymous', address: '192.0.2.1:1' };

/** What was proven about a connection when it began; only what authorize reads. */
function holder(id = AGENT_ID, serialNumber = 1n, notAfter = LATER): Caller {
  const certificate = { serialNumber, notAfter } as Certificate;
  return { kind: 'x509', id, certificate, address: '192.0.2.1:1' };
}

function factsOf(
  facts: {
    agents?: AgentRecord[];
    entries?: RegistrationEntry[];
    adminIds?: string[];
    assignments?: RoleAssignment[];
  } = {},
) {
  const entries = new EntryIndex();
  for (const entry of facts.entries ?? []) entries.put(entry);
  const agents = facts.agents ?? [];
  const findAgent: Registry['findAgent'] = (id) => agents.find((agent) => agent.id.equals(id));
  const { adminIds = [], assignments = [] } = facts;
  const roles = roleBook({ adminIds, assignments });
  return { registry: { entries, findAgent } as Registry, roles, now: NOW };
}

const admin = storedEntry('admin', { spiffeId: idOf('/ops'), admin: true });
const renewing = agentRecord({ renewed: { serialNumber: '2', expiresAt: LATER } });

const rows: readonly {
  readonly name: string;
  readonly caller: Caller;
  readonly rights: readonly Right[];
  readonly facts?: Parameters<typeof factsOf>[0];
  readonly decision: object;
}[] = [
  { name: 'any is anybody', caller: ANONYMOUS, rights: ['any'], decision: { as: 'any' } },
  { name: 'local is the socket', caller: LOCAL, rights: ['local'], decision: { as: 'local' } },
  {
    name: 'an identity of admin_ids, without an entry',
    caller: holder(FOREIGN_ADMIN),
    rights: ['local', 'admin'],
    facts: { adminIds: [FOREIGN_ADMIN.toString()] },
    decision: { as: 'admin' },
  },
  {
    name: 'one that only looks like it',
    caller: holder(idOf('/ops')),
    rights: ['local', 'admin', 'agent'],
    facts: { adminIds: [FOREIGN_ADMIN.toString(), 'spiffe://example.org/ops/'] },
    decision: { allowed: false },
  },
  {
    name: 'one of admin_ids whose certificate has expired since',
    caller: holder(FOREIGN_ADMIN, 1n, new Date(NOW.getTime() - 1)),
    rights: ['admin'],
    facts: { adminIds: [FOREIGN_ADMIN.toString()] },
    decision: { allowed: false },
  },
  {
    name: 'one of admin_ids is no agent and not local',
    caller: holder(FOREIGN_ADMIN),
    rights: ['local', 'agent'],
    facts: { adminIds: [FOREIGN_ADMIN.toString()] },
    decision: { allowed: false, reason: 'AGENT_NOT_ATTESTED' },
  },
  {
    name: 'with roles the socket alone is nothing',
    caller: LOCAL,
    rights: ['local', 'auditor'],
    facts: { assignments: [assignment({ uids: new Set([1]) })] },
    decision: { allowed: false, why: 'the caller has none of the roles admin, auditor' },
  },
  {
    name: 'a role by the user',
    caller: LOCAL,
    rights: ['local', 'auditor'],
    facts: { assignments: [assignment({ uids: new Set([1000]) })] },
    decision: { as: 'role', grants: [{ role: 'auditor' }] },
  },
  {
    name: 'a role by any of the groups',
    caller: LOCAL,
    rights: ['local', 'auditor'],
    facts: { assignments: [assignment({ gids: new Set([50]) })] },
    decision: { as: 'role', grants: [{ role: 'auditor' }] },
  },
  {
    name: 'another role than it takes',
    caller: LOCAL,
    rights: ['local', 'operator'],
    facts: { assignments: [assignment({ uids: new Set([1000]) })] },
    decision: { allowed: false, why: 'the caller has none of the roles admin, operator' },
  },
  {
    name: 'the role of an admin is all of the socket',
    caller: LOCAL,
    rights: ['local'],
    facts: { assignments: [assignment({ grant: { role: 'admin' }, uids: new Set([1000]) })] },
    decision: { as: 'local' },
  },
  ...[0, SERVER_UID].map((uid) => ({
    name: `user ${uid} can read the keys, and needs no role`,
    caller: { ...LOCAL, uid },
    rights: ['local'] as const,
    facts: { assignments: [assignment({ uids: new Set([1]) })] },
    decision: { as: 'local' },
  })),
  {
    name: 'a role by the SPIFFE ID, of whatever trust domain',
    caller: holder(FOREIGN_ADMIN),
    rights: ['local', 'admin', 'auditor'],
    facts: { assignments: [assignment({ spiffeIds: new Set([FOREIGN_ADMIN.toString()]) })] },
    decision: { as: 'role', grants: [{ role: 'auditor' }] },
  },
  {
    name: 'none by a certificate that has expired since',
    caller: holder(FOREIGN_ADMIN, 1n, new Date(NOW.getTime() - 1)),
    rights: ['local', 'admin', 'auditor'],
    facts: { assignments: [assignment({ spiffeIds: new Set([FOREIGN_ADMIN.toString()]) })] },
    decision: { allowed: false },
  },
  {
    name: 'none for who shows no certificate',
    caller: ANONYMOUS,
    rights: ['local', 'admin', 'auditor'],
    facts: { assignments: [assignment({ uids: new Set([1000]) })] },
    decision: { allowed: false },
  },
  {
    name: 'no rights at all',
    caller: LOCAL,
    rights: [],
    decision: { allowed: false, reason: undefined },
  },
  {
    name: 'anonymous is not local',
    caller: ANONYMOUS,
    rights: ['local', 'admin', 'agent'],
    decision: { allowed: false, reason: undefined },
  },
  {
    name: 'local is never an agent',
    caller: LOCAL,
    rights: ['agent'],
    decision: { allowed: false, reason: undefined },
  },
  {
    name: 'an identity with an admin entry',
    caller: holder(idOf('/ops')),
    rights: ['local', 'admin'],
    facts: { entries: [admin] },
    decision: { as: 'admin' },
  },
  {
    name: 'an identity with an entry that does not say admin',
    caller: holder(idOf('/ops')),
    rights: ['local', 'admin'],
    facts: { entries: [storedEntry('plain', { spiffeId: idOf('/ops'), downstream: true })] },
    decision: { allowed: false },
  },
  {
    name: 'an admin entry that expired',
    caller: holder(idOf('/ops')),
    rights: ['admin'],
    facts: { entries: [{ ...admin, expiresAt: NOW }] },
    decision: { allowed: false },
  },
  {
    name: 'an admin whose SVID expired on an open connection',
    caller: holder(idOf('/ops'), 1n, new Date(NOW.getTime() - 1)),
    rights: ['admin'],
    facts: { entries: [admin] },
    decision: { allowed: false },
  },
  {
    name: 'an agent is no admin',
    caller: holder(),
    rights: ['local', 'admin'],
    facts: { agents: [agentRecord()], entries: [admin] },
    decision: { allowed: false },
  },
  {
    name: 'an attested agent',
    caller: holder(),
    rights: ['agent'],
    facts: { agents: [agentRecord()] },
    decision: { as: 'agent', promotes: false },
  },
  {
    name: 'a valid SVID of the trust domain without attestation',
    caller: holder(idOf('/workload')),
    rights: ['agent'],
    facts: { agents: [agentRecord()] },
    decision: { allowed: false, reason: 'AGENT_NOT_ATTESTED' },
  },
  {
    name: 'an SVID that expired on an open connection',
    caller: holder(AGENT_ID, 1n, new Date(NOW.getTime() - 1)),
    rights: ['agent'],
    facts: { agents: [agentRecord()] },
    decision: { allowed: false, reason: 'AGENT_EXPIRED' },
  },
  {
    name: 'a banned agent',
    caller: holder(),
    rights: ['agent'],
    facts: { agents: [agentRecord({ current: undefined })] },
    decision: { allowed: false, reason: 'AGENT_BANNED' },
  },
  {
    name: 'an SVID replaced by another',
    caller: holder(AGENT_ID, 9n),
    rights: ['agent'],
    facts: { agents: [renewing] },
    decision: { allowed: false, reason: 'AGENT_NOT_ACTIVE' },
  },
  {
    name: 'the current SVID beside a renewed one',
    caller: holder(AGENT_ID, 1n),
    rights: ['agent'],
    facts: { agents: [renewing] },
    decision: { as: 'agent', promotes: false },
  },
  {
    name: 'the renewed SVID',
    caller: holder(AGENT_ID, 2n),
    rights: ['agent'],
    facts: { agents: [renewing] },
    decision: { as: 'agent', promotes: true },
  },
];

t.test('authorize', async (t) => {
  for (const { name, caller, rights, facts, decision } of rows) {
    t.match(authorize(caller, rights, factsOf(facts)), { allowed: true, ...decision }, name);
  }
});
