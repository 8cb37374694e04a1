// Original file: vouchsafe/server/updates/v1/updates.proto

import type { Change as _vouchsafe_server_updates_v1_Change, Change__Output as _vouchsafe_server_updates_v1_Change__Output } from '../../../../vouchsafe/server/updates/v1/Change.ts';
import type { Kind as _vouchsafe_server_updates_v1_Kind, Kind__Output as _vouchsafe_server_updates_v1_Kind__Output } from '../../../../vouchsafe/server/updates/v1/Kind.ts';
import type { Long } from '@grpc/proto-loader';

export interface WatchResponse {
  /**
   * Everything up to this revision that concerns the caller has been told, by this message or those before it.
   */
  'revision'?: (number | string | Long);
  'changes'?: (_vouchsafe_server_updates_v1_Change)[];
  /**
   * What is to be read anew as a whole, beside what `changes` says.
   */
  'resync'?: (_vouchsafe_server_updates_v1_Kind)[];
}

export interface WatchResponse__Output {
  /**
   * Everything up to this revision that concerns the caller has been told, by this message or those before it.
   */
  'revision': (string);
  'changes': (_vouchsafe_server_updates_v1_Change__Output)[];
  /**
   * What is to be read anew as a whole, beside what `changes` says.
   */
  'resync': (_vouchsafe_server_updates_v1_Kind__Output)[];
}
