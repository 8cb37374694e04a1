import type { PermissionDeniedReason } from '@vouchsafe/proto/status-details';
import { CallError, STATUS } from '../sync/call-error.ts';

/** What an agent does about a refusal: tries again later, attests anew, or stops for good. */
export type Consequence = 'retry' | 'reattest' | 'stop';

/** What each reason of the server demands; SPIRE's agents do the same. */
const CONSEQUENCES: Readonly<Record<PermissionDeniedReason, Consequence>> = {
  UNKNOWN: 'retry',
  AGENT_EXPIRED: 'reattest',
  AGENT_NOT_ATTESTED: 'reattest',
  AGENT_NOT_ACTIVE: 'reattest',
  AGENT_MUST_REATTEST: 'reattest',
  AGENT_BANNED: 'stop',
};

/** What a failed call means for this agent's standing with its server; without a reason it means nothing. */
export function consequenceOf(error: unknown): Consequence {
  if (!(error instanceof CallError) || error.code !== STATUS.PERMISSION_DENIED) return 'retry';
  // Of an SVID that was renewed while the call was under way, the server may rightly say that it is not active.
  if (error.reason === undefined || error.isSuperseded) return 'retry';
  return CONSEQUENCES[error.reason];
}
