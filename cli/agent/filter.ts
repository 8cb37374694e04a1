import type { Selector } from '@vouchsafe/pki/selector';
import type { RequestOf } from '@vouchsafe/proto/services';
import { encodeSelector } from '../messages.ts';

/** As `addFilterOptions` declares them. */
export interface AgentFilterFlags {
  readonly attestationType?: string;
  readonly banned?: boolean;
  readonly canReattest?: boolean;
  readonly selector?: readonly Selector[];
  readonly expiresBefore?: Date;
}

type Filter = NonNullable<RequestOf<'agent', 'ListAgents'>['filter']>;

export function agentFilter(flags: AgentFilterFlags): Filter {
  const { attestationType, banned, canReattest, selector, expiresBefore } = flags;
  return {
    ...(attestationType !== undefined && { by_attestation_type: attestationType }),
    ...(banned !== undefined && { by_banned: { value: banned } }),
    ...(canReattest !== undefined && { by_can_reattest: { value: canReattest } }),
    ...(selector && {
      by_selector_match: { selectors: selector.map(encodeSelector), match: 'MATCH_SUPERSET' },
    }),
    ...(expiresBefore && { by_expires_before: goTime(expiresBefore) }),
  };
}

/** `2006-01-02 15:04:05 -0700 -07`, the layout in which servers read this time. */
function goTime(time: Date): string {
  const [day, clock] = time.toISOString().split(/[T.]/);
  return `${day!} ${clock!} +0000 +00`;
}
