import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { EntryExplanation as EntryMessage } from '@vouchsafe/proto/gen/vouchsafe/server/explain/v1/EntryExplanation';
import type { Fault as FaultMessage } from '@vouchsafe/proto/gen/vouchsafe/server/explain/v1/Fault';
import type { SPIFFEID__Output } from '@vouchsafe/proto/gen/spire/api/types/SPIFFEID';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Clock } from '../../runtime/clock.ts';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import { inSlices } from '../../runtime/slices.ts';
import { explainIdentity } from '../registration/explain.ts';
import type { EntryExplanation } from '../registration/explain.ts';
import type { Fault } from '../registration/fault.ts';
import type { Registry } from '../registry.ts';
import { encodeEntry } from './messages/entry.ts';
import { decodeMember, encodeSpiffeId } from './messages/spiffe-id.ts';
import { refusing } from './refusing.ts';
import type { ServerCall } from './server-call.ts';

export interface ExplainDeps {
  readonly trustDomain: TrustDomain;
  readonly registry: Registry;
  readonly clock: Clock;
}

type ExplainService = Implementation<ServiceHandlers<'serverExplain'>, ServerCall>;

const MAX_AGENTS = 10;
const MAX_FAULTS = 20;

/** `vouchsafe.server.explain.v1.Explain` */
export function explainService({ trustDomain, registry, clock }: ExplainDeps): ExplainService {
  return {
    async ExplainIdentity(request) {
      const spiffeId = refusing('invalid SPIFFE ID', () => decodeAny(request.spiffe_id));
      const agentId =
        request.agent_id === null
          ? undefined
          : refusing('invalid agent ID', () => decodeMember(request.agent_id, trustDomain));
      const question = { spiffeId, agentId, trustDomain, now: clock.now() };
      const explanation = await inSlices(explainIdentity(question, registry));
      return {
        given: explanation.given,
        entries: explanation.entries.map(encodeExplanation),
        entry_count: explanation.entryCount,
        faults: explanation.faults.map(encodeFault),
      };
    },
  };
}

/** One of any trust domain: that it is another's is an answer, not a mistake of the call. */
function decodeAny(message: SPIFFEID__Output | null): SpiffeId {
  if (message === null) throw new TypeError('request must specify SPIFFE ID');
  return SpiffeId.of(TrustDomain.parse(message.trust_domain), message.path);
}

function encodeExplanation({ entry, given, agents, faults }: EntryExplanation): EntryMessage {
  return {
    entry: encodeEntry(entry, null),
    given,
    agents: agents.slice(0, MAX_AGENTS).map(encodeSpiffeId),
    agent_count: agents.length,
    faults: faults.slice(0, MAX_FAULTS).map(encodeFault),
  };
}

function encodeFault({ kind, subject, entryId, nearest, missing }: Fault): FaultMessage {
  return {
    kind,
    subject: encodeSpiffeId(subject),
    entry_id: entryId ?? '',
    nearest: (nearest ?? []).map(encodeSpiffeId),
    missing: (missing ?? []).map((each) => ({
      selector: { type: each.selector.type, value: each.selector.value },
      nearest:
        each.nearest === undefined ? null : { type: each.nearest.type, value: each.nearest.value },
    })),
  };
}
