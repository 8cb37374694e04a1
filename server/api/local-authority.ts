import type { AuthorityState } from '@vouchsafe/proto/gen/spire/api/server/localauthority/v1/AuthorityState';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import { unavailable } from '../../runtime/rpc/status.ts';
import type { Authority } from '../ca/authority.ts';
import type { AuthoritySlot, AuthoritySlots } from '../ca/authority-slot.ts';
import { encodeTime } from './messages/time.ts';
import type { ServerCall } from './server-call.ts';

interface Slots {
  readonly slots: AuthoritySlots<Authority>;
}

export interface LocalAuthorityDeps {
  readonly x509: Slots;
  readonly jwt: Slots;
}

type LocalAuthorityService = Pick<
  Implementation<ServiceHandlers<'localAuthority'>, ServerCall>,
  'GetJWTAuthorityState' | 'GetX509AuthorityState'
>;

interface States {
  readonly active: AuthorityState;
  readonly prepared: AuthorityState | null;
  readonly old: AuthorityState | null;
}

/** `spire.api.server.localauthority.v1.LocalAuthority`: what this server signs with, has signed with, and will. */
export function localAuthorityService({ x509, jwt }: LocalAuthorityDeps): LocalAuthorityService {
  return {
    GetJWTAuthorityState: () => statesOf(jwt),
    GetX509AuthorityState: () => statesOf(x509),
  };
}

function statesOf({ slots: { current, next } }: Slots): States {
  if (current === undefined) throw unavailable('server is initializing');
  return {
    active: encodeState(current),
    prepared: next?.status === 'prepared' ? encodeState(next) : null,
    old: next?.status === 'old' ? encodeState(next) : null,
  };
}

const encodeState = ({ authority }: AuthoritySlot<Authority>): AuthorityState => ({
  authority_id: authority.authorityId,
  expires_at: encodeTime(authority.expiresAt),
});
