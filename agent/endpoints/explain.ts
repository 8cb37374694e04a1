import { Selector } from '@vouchsafe/pki/selector';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { EntryExplanation as EntryMessage } from '@vouchsafe/proto/gen/vouchsafe/agent/explain/v1/EntryExplanation';
import type { SPIFFEID, SPIFFEID__Output } from '@vouchsafe/proto/gen/spire/api/types/SPIFFEID';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import { encodeAttributes } from '../../runtime/entry-attributes.ts';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import type { Call } from '../../runtime/rpc/call.ts';
import { invalidArgument, notFound } from '../../runtime/rpc/status.ts';
import { inSlices } from '../../runtime/slices.ts';
import type { EntryIndex } from '../cache/entry-index.ts';
import type { SelectorSet } from '../cache/selector-set.ts';
import { explainProcess } from '../workload/explain.ts';
import type { EntryExplanation } from '../workload/explain.ts';
import type { PinnedProcess } from '../workload/process.ts';
import type { Peer } from './peer-tracker.ts';

export interface ExplainDeps {
  readonly index: EntryIndex;
  readonly attestation: { attest(peer: Peer): Promise<SelectorSet> };
  readonly pinProcess: (pid: number) => PinnedProcess | undefined;
  /** Who this agent is; undefined before it was attested. */
  readonly agentId: () => SpiffeId | undefined;
}

type ExplainService = Implementation<ServiceHandlers<'agentExplain'>, Call>;

/** `vouchsafe.agent.explain.v1.Explain` */
export function explainService(deps: ExplainDeps): ExplainService {
  const { index, attestation, pinProcess, agentId } = deps;
  return {
    async ExplainProcess({ pid, spiffe_id }) {
      const spiffeId = spiffe_id === null ? undefined : decodeId(spiffe_id);
      if (pid <= 0) throw invalidArgument('pid must be that of a process');
      using pinned = pinProcess(pid);
      if (pinned === undefined) throw notFound(`no process ${pid} that this agent can look at`);
      const selectors = await attestation.attest(pinned);
      const entries = await inSlices(explainProcess(selectors, index, spiffeId));
      const own = agentId();
      return {
        given: entries.some(({ given }) => given),
        agent_id: own === undefined ? null : encodeId(own),
        selectors: [...selectors.texts].map((text) => Selector.parse(text)).map(encodeSelector),
        entries: entries.map(encodeEntry),
        known_entries: index.size,
      };
    },
  };
}

function decodeId({ trust_domain, path }: SPIFFEID__Output): SpiffeId {
  try {
    return SpiffeId.of(TrustDomain.parse(trust_domain), path);
  } catch (error) {
    throw invalidArgument('invalid SPIFFE ID', error);
  }
}

const encodeId = ({ trustDomain, path }: SpiffeId): SPIFFEID => ({
  trust_domain: trustDomain.name,
  path,
});

const encodeSelector = ({ type, value }: Selector) => ({ type, value });

const encodeEntry = ({ entry, given, missing, hiddenBy }: EntryExplanation): EntryMessage => ({
  entry_id: entry.id,
  spiffe_id: encodeId(entry.spiffeId),
  given,
  missing: missing.map(({ selector, nearest }) => ({
    selector: encodeSelector(selector),
    nearest: nearest === undefined ? null : encodeSelector(nearest),
  })),
  stored_only: entry.storeSvid,
  hidden_by: hiddenBy?.id ?? '',
  attributes: entry.attributes === undefined ? null : encodeAttributes(entry.attributes),
});
