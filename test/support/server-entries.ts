import { Selector } from '@vouchsafe/pki/selector';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { AgentRecord, AttestedAgent } from '../../server/attestation/agent-record.ts';
import type { NewEntry } from '../../server/datastore/datastore.ts';
import type { RegistrationEntry } from '../../server/registration/entry.ts';

export const TRUST_DOMAIN = TrustDomain.of('example.org');
export const NOW = new Date('2026-01-01T00:00:00Z');

export const idOf = (path: string): SpiffeId => SpiffeId.of(TRUST_DOMAIN, path);
export const AGENT_ID = idOf('/spire/agent/join_token/one');

/** A plain entry for `/workload` under one agent, where nothing else is said. */
export function newEntry(overrides: Partial<NewEntry> = {}): NewEntry {
  return {
    id: undefined,
    spiffeId: idOf('/workload'),
    parentId: AGENT_ID,
    selectors: [Selector.of('unix', 'uid:1000')],
    x509SvidTtlSeconds: 0,
    jwtSvidTtlSeconds: 0,
    federatesWith: [],
    admin: false,
    downstream: false,
    expiresAt: undefined,
    dnsNames: [],
    storeSvid: false,
    hint: '',
    additionalAttributes: undefined,
    attributes: undefined,
    ...overrides,
  };
}

let created = 0;

/** One as the datastore has it. */
export function storedEntry(
  id: string,
  overrides: Partial<RegistrationEntry> = {},
): RegistrationEntry {
  return { ...newEntry(), order: ++created, revisionNumber: 0, createdAt: NOW, ...overrides, id };
}

export const agentRecord = (overrides: Partial<AgentRecord> = {}): AgentRecord => ({
  ...attestedAgent(),
  order: 1,
  ...overrides,
});

/** What its attestation said. */
export function attestedAgent(): AttestedAgent {
  return {
    id: AGENT_ID,
    attestationType: 'join_token',
    current: { serialNumber: '1', expiresAt: new Date(NOW.getTime() + 3_600_000) },
    renewed: undefined,
    canReattest: false,
    selectors: [],
    agentVersion: '',
  };
}
