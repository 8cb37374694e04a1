import type { Meter, MetricTable } from '../runtime/monitoring/metric.ts';
import { startStopwatch } from '../runtime/stopwatch.ts';
import type { EntryIndex } from './cache/entry-index.ts';
import type { JwtSvidCache } from './cache/jwt-svid-cache.ts';
import type { SvidCache } from './cache/svid-cache.ts';
import type { SelectorSet } from './cache/selector-set.ts';

/** What an agent measures. */
export const AGENT_METRICS = {
  vouchsafe_agent_rpc_duration_seconds: {
    kind: 'histogram',
    help: 'Time from the arrival of a call on the Workload API to its end, by method and gRPC code; of a stream, as long as it was open.',
    labels: ['method', 'code'],
  },
  vouchsafe_agent_connections: {
    kind: 'gauge',
    help: 'Open connections of workloads.',
    labels: [],
  },
  vouchsafe_agent_attestation_duration_seconds: {
    kind: 'histogram',
    help: 'Time to find out about a workload, by result: ok or failed.',
    labels: ['result'],
  },
  vouchsafe_agent_entries: {
    kind: 'gauge',
    help: 'Registration entries that this agent may serve.',
    labels: [],
  },
  vouchsafe_agent_x509_svids: {
    kind: 'gauge',
    help: 'X509-SVIDs at hand.',
    labels: [],
  },
  vouchsafe_agent_jwt_svids: {
    kind: 'gauge',
    help: 'JWT-SVIDs at hand.',
    labels: [],
  },
  vouchsafe_agent_x509_svid_first_expiry_timestamp_seconds: {
    kind: 'gauge',
    help: 'When the first of the X509-SVIDs at hand expires, in Unix seconds; missing while there are none. It is renewed at half of its life, so what is near says that renewal fails.',
    labels: [],
  },
  vouchsafe_agent_svid_expiry_timestamp_seconds: {
    kind: 'gauge',
    help: 'When the SVID of the agent itself expires, in Unix seconds; missing before it is attested.',
    labels: [],
  },
  vouchsafe_agent_synced_timestamp_seconds: {
    kind: 'gauge',
    help: 'When the agent last had entries and bundles as its server has them, in Unix seconds; 0 before the first time.',
    labels: [],
  },
  vouchsafe_agent_server_tells: {
    kind: 'gauge',
    help: '1 while the server tells of changes as they happen, 0 while the agent asks for them.',
    labels: [],
  },
} as const satisfies MetricTable;

export type AgentMeter = Meter<typeof AGENT_METRICS>;

interface Measured {
  readonly index: EntryIndex;
  readonly svids: SvidCache;
  readonly jwtSvidCache: JwtSvidCache;
  readonly synchronizer: { readonly isTold: boolean };
  readonly syncedAt: () => Date | undefined;
  /** When the agent's own SVID expires. */
  readonly expiresAt: () => Date | undefined;
  readonly tracker: { readonly size: number };
}

/** What is read when somebody asks for it. */
export function measureState(meter: AgentMeter, measured: Measured): void {
  const { index, svids, jwtSvidCache, synchronizer, syncedAt, expiresAt, tracker } = measured;
  meter.gauge('vouchsafe_agent_connections', () => tracker.size);
  meter.gauge('vouchsafe_agent_entries', () => index.size);
  meter.gauge('vouchsafe_agent_x509_svids', () => svids.size);
  meter.gauge('vouchsafe_agent_jwt_svids', () => jwtSvidCache.size);
  meter.gauge('vouchsafe_agent_server_tells', () => Number(synchronizer.isTold));
  meter.gauge('vouchsafe_agent_synced_timestamp_seconds', () => seconds(syncedAt()) ?? 0);
  meter.gauge('vouchsafe_agent_svid_expiry_timestamp_seconds', () => maybe(expiresAt()));
  meter.gauge('vouchsafe_agent_x509_svid_first_expiry_timestamp_seconds', () =>
    maybe(svids.firstExpiry),
  );
}

const seconds = (date: Date | undefined): number | undefined =>
  date === undefined ? undefined : date.getTime() / 1000;

function maybe(date: Date | undefined) {
  const value = seconds(date);
  return value === undefined ? [] : [{ value }];
}

interface Attestation<Peer> {
  attest(peer: Peer): Promise<SelectorSet>;
}

/** The same attestation, timed. */
export function timed<Peer>(attestation: Attestation<Peer>, meter: AgentMeter): Attestation<Peer> {
  return {
    async attest(peer) {
      const elapsed = startStopwatch();
      let result = 'failed';
      try {
        const selectors = await attestation.attest(peer);
        result = 'ok';
        return selectors;
      } finally {
        meter.time('vouchsafe_agent_attestation_duration_seconds', elapsed(), result);
      }
    },
  };
}
