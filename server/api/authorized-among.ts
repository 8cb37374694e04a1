import type { Clock } from '../../runtime/clock.ts';
import { invalidArgument } from '../../runtime/rpc/status.ts';
import { authorizationOf } from '../registration/authorized-entries.ts';
import type { RegistrationEntry } from '../registration/entry.ts';
import type { Registry } from '../registry.ts';
import { agentOf } from './server-call.ts';
import type { ServerCall } from './server-call.ts';

const MAX_IDS = 500;

interface AuthorizedAmongDeps {
  readonly registry: Pick<Registry, 'entries'>;
  readonly clock: Clock;
}

/** Those of these entries that the calling agent is authorized for. @throws RpcError INVALID_ARGUMENT */
export function authorizedAmong(
  ids: readonly string[],
  { registry, clock }: AuthorizedAmongDeps,
  call: ServerCall,
): readonly RegistrationEntry[] {
  checkEntryIds(ids);
  const find = authorizationOf(registry.entries, agentOf(call), clock.now());
  return [...new Set(ids)].map(find).filter((entry) => entry !== undefined);
}

/** An answer is as long as its question. @throws RpcError INVALID_ARGUMENT */
export function checkEntryIds(ids: readonly string[]): void {
  if (ids.length > MAX_IDS) throw invalidArgument(`more than ${MAX_IDS} entry IDs`);
}
