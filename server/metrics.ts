import type { Clock } from '../runtime/clock.ts';
import type { Meter } from '../runtime/monitoring/metric.ts';
import type { MetricTable, Sample } from '../runtime/monitoring/metric.ts';
import type { Authorities } from './ca/authorities.ts';
import type { Registry } from './registry.ts';
import type { Datastore } from './datastore/datastore.ts';
import type { Watchers } from './updates/watchers.ts';

/** What a server measures. */
export const SERVER_METRICS = {
  vouchsafe_server_rpc_duration_seconds: {
    kind: 'histogram',
    help: 'Time from the arrival of a call to its end, by method and gRPC code; of a stream, as long as it was open.',
    labels: ['method', 'code'],
  },
  vouchsafe_server_connections: {
    kind: 'gauge',
    help: 'Open connections of agents and administrators.',
    labels: [],
  },
  vouchsafe_server_entries: {
    kind: 'gauge',
    help: 'Registration entries.',
    labels: [],
  },
  vouchsafe_server_agents: {
    kind: 'gauge',
    help: 'Attested agents, those that are banned or have expired among them.',
    labels: [],
  },
  vouchsafe_server_bundles: {
    kind: 'gauge',
    help: 'Trust bundles, that of this trust domain among them.',
    labels: [],
  },
  vouchsafe_server_signatures_total: {
    kind: 'counter',
    help: 'Certificates and tokens signed: x509 (X509-SVIDs, those of agents too), ca (authorities of servers below) and jwt.',
    labels: ['kind'],
  },
  vouchsafe_server_signatures_waiting: {
    kind: 'gauge',
    help: 'Signatures that wait for their turn.',
    labels: [],
  },
  vouchsafe_server_authority_expiry_timestamp_seconds: {
    kind: 'gauge',
    help: 'When the authority that signs now expires, in Unix seconds, by kind: x509 and jwt.',
    labels: ['kind'],
  },
  vouchsafe_server_database_duration_seconds: {
    kind: 'histogram',
    help: 'Time of a read of the database, and of a transaction with its commit, which may hold several changes.',
    labels: ['operation'],
  },
  vouchsafe_server_database_unreachable_seconds: {
    kind: 'gauge',
    help: 'For how long the database has not answered; 0 while it does.',
    labels: [],
  },
  vouchsafe_server_revision: {
    kind: 'gauge',
    help: 'Number of the newest change that this server knows of. The difference between servers on one database is their lag.',
    labels: [],
  },
  vouchsafe_server_watchers: {
    kind: 'gauge',
    help: 'Open streams of updates.',
    labels: [],
  },
  vouchsafe_server_watchers_behind: {
    kind: 'gauge',
    help: 'Streams of agents that have not acknowledged yet the last change that concerns them.',
    labels: [],
  },
} as const satisfies MetricTable;

export type ServerMeter = Meter<typeof SERVER_METRICS>;

interface Measured {
  readonly registry: Registry;
  readonly datastore: Pick<Datastore, 'changes' | 'unreachableSince'>;
  readonly authorities: Pick<Authorities, 'x509' | 'jwt' | 'waiting'>;
  readonly clock: Clock;
}

/** What is read when somebody asks for it. */
export function measureState(
  meter: ServerMeter,
  { registry, datastore, authorities, clock }: Measured,
): void {
  meter.gauge('vouchsafe_server_entries', () => registry.entries.size);
  meter.gauge('vouchsafe_server_agents', () => registry.agentCount);
  meter.gauge('vouchsafe_server_bundles', () => registry.bundleCount);
  meter.gauge('vouchsafe_server_revision', () => datastore.changes.revision);
  meter.gauge('vouchsafe_server_signatures_waiting', () => authorities.waiting());
  meter.gauge('vouchsafe_server_database_unreachable_seconds', () => {
    const since = datastore.unreachableSince;
    return since === undefined ? 0 : (clock.now().getTime() - since.getTime()) / 1000;
  });
  meter.gauge('vouchsafe_server_authority_expiry_timestamp_seconds', () => [
    ...expiryOf('x509', authorities.x509.active),
    ...expiryOf('jwt', authorities.jwt.active),
  ]);
}

function expiryOf(kind: string, active: { readonly expiresAt: Date } | undefined): Sample[] {
  return active === undefined
    ? []
    : [{ labels: { kind }, value: active.expiresAt.getTime() / 1000 }];
}

export function measureWatchers(meter: ServerMeter, watchers: Watchers): void {
  meter.gauge('vouchsafe_server_watchers', () => [...watchers.all()].length);
  meter.gauge(
    'vouchsafe_server_watchers_behind',
    () =>
      [...watchers.all()].filter(
        ({ agentId, acknowledgedRevision, concernedRevision }) =>
          agentId !== undefined && acknowledgedRevision < concernedRevision,
      ).length,
  );
}
