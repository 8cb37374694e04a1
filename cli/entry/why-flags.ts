import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { OutputFormat } from '../output.ts';

/** Whether the question is why, or why not. */
export type WhyVerb = 'why' | 'why-not';

export interface WhyFlags {
  readonly spiffeId?: SpiffeId;
  readonly agentId?: SpiffeId;
  readonly pid?: number;
  readonly socket?: string;
  readonly agentSocket?: string;
  readonly output?: OutputFormat;
}
