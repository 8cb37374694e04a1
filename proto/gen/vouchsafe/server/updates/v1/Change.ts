// Original file: vouchsafe/server/updates/v1/updates.proto

import type { Kind as _vouchsafe_server_updates_v1_Kind, Kind__Output as _vouchsafe_server_updates_v1_Kind__Output } from '../../../../vouchsafe/server/updates/v1/Kind.ts';

export interface Change {
  'kind'?: (_vouchsafe_server_updates_v1_Kind);
  /**
   * An entry's ID, an agent's SPIFFE ID, a bundle's trust domain.
   */
  'id'?: (string);
  /**
   * It is not there any more, for this caller: there is nothing to fetch.
   */
  'gone'?: (boolean);
}

export interface Change__Output {
  'kind': (_vouchsafe_server_updates_v1_Kind__Output);
  /**
   * An entry's ID, an agent's SPIFFE ID, a bundle's trust domain.
   */
  'id': (string);
  /**
   * It is not there any more, for this caller: there is nothing to fetch.
   */
  'gone': (boolean);
}
