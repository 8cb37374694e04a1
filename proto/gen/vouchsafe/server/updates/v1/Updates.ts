// Original file: vouchsafe/server/updates/v1/updates.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { AcknowledgeRequest as _vouchsafe_server_updates_v1_AcknowledgeRequest, AcknowledgeRequest__Output as _vouchsafe_server_updates_v1_AcknowledgeRequest__Output } from '../../../../vouchsafe/server/updates/v1/AcknowledgeRequest.ts';
import type { AcknowledgeResponse as _vouchsafe_server_updates_v1_AcknowledgeResponse, AcknowledgeResponse__Output as _vouchsafe_server_updates_v1_AcknowledgeResponse__Output } from '../../../../vouchsafe/server/updates/v1/AcknowledgeResponse.ts';
import type { AwaitServedRequest as _vouchsafe_server_updates_v1_AwaitServedRequest, AwaitServedRequest__Output as _vouchsafe_server_updates_v1_AwaitServedRequest__Output } from '../../../../vouchsafe/server/updates/v1/AwaitServedRequest.ts';
import type { AwaitServedResponse as _vouchsafe_server_updates_v1_AwaitServedResponse, AwaitServedResponse__Output as _vouchsafe_server_updates_v1_AwaitServedResponse__Output } from '../../../../vouchsafe/server/updates/v1/AwaitServedResponse.ts';
import type { FetchEntriesRequest as _vouchsafe_server_updates_v1_FetchEntriesRequest, FetchEntriesRequest__Output as _vouchsafe_server_updates_v1_FetchEntriesRequest__Output } from '../../../../vouchsafe/server/updates/v1/FetchEntriesRequest.ts';
import type { FetchEntriesResponse as _vouchsafe_server_updates_v1_FetchEntriesResponse, FetchEntriesResponse__Output as _vouchsafe_server_updates_v1_FetchEntriesResponse__Output } from '../../../../vouchsafe/server/updates/v1/FetchEntriesResponse.ts';
import type { WatchRequest as _vouchsafe_server_updates_v1_WatchRequest, WatchRequest__Output as _vouchsafe_server_updates_v1_WatchRequest__Output } from '../../../../vouchsafe/server/updates/v1/WatchRequest.ts';
import type { WatchResponse as _vouchsafe_server_updates_v1_WatchResponse, WatchResponse__Output as _vouchsafe_server_updates_v1_WatchResponse__Output } from '../../../../vouchsafe/server/updates/v1/WatchResponse.ts';

/**
 * Tells agents and operators what has changed as soon as it has. It says what to fetch and never carries it, so a
 * message that comes twice, late, or for more than has changed does no harm.
 * 
 * Every change has a revision number, dense and in the order of commits; servers that share a database share them.
 */
export interface UpdatesClient extends grpc.Client {
  /**
   * The calling agent serves everything it was told of up to this revision: it has the SVIDs, or knows that it cannot
   * have them. FAILED_PRECONDITION when no stream of its told it so much.
   */
  Acknowledge(argument: _vouchsafe_server_updates_v1_AcknowledgeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_AcknowledgeResponse__Output>): grpc.ClientUnaryCall;
  Acknowledge(argument: _vouchsafe_server_updates_v1_AcknowledgeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_AcknowledgeResponse__Output>): grpc.ClientUnaryCall;
  Acknowledge(argument: _vouchsafe_server_updates_v1_AcknowledgeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_AcknowledgeResponse__Output>): grpc.ClientUnaryCall;
  Acknowledge(argument: _vouchsafe_server_updates_v1_AcknowledgeRequest, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_AcknowledgeResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The calling agent serves everything it was told of up to this revision: it has the SVIDs, or knows that it cannot
   * have them. FAILED_PRECONDITION when no stream of its told it so much.
   */
  acknowledge(argument: _vouchsafe_server_updates_v1_AcknowledgeRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_AcknowledgeResponse__Output>): grpc.ClientUnaryCall;
  acknowledge(argument: _vouchsafe_server_updates_v1_AcknowledgeRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_AcknowledgeResponse__Output>): grpc.ClientUnaryCall;
  acknowledge(argument: _vouchsafe_server_updates_v1_AcknowledgeRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_AcknowledgeResponse__Output>): grpc.ClientUnaryCall;
  acknowledge(argument: _vouchsafe_server_updates_v1_AcknowledgeRequest, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_AcknowledgeResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Answers when the agents concerned that watch this server serve it, or when the time is over.
   */
  AwaitServed(argument: _vouchsafe_server_updates_v1_AwaitServedRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_AwaitServedResponse__Output>): grpc.ClientUnaryCall;
  AwaitServed(argument: _vouchsafe_server_updates_v1_AwaitServedRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_AwaitServedResponse__Output>): grpc.ClientUnaryCall;
  AwaitServed(argument: _vouchsafe_server_updates_v1_AwaitServedRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_AwaitServedResponse__Output>): grpc.ClientUnaryCall;
  AwaitServed(argument: _vouchsafe_server_updates_v1_AwaitServedRequest, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_AwaitServedResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Answers when the agents concerned that watch this server serve it, or when the time is over.
   */
  awaitServed(argument: _vouchsafe_server_updates_v1_AwaitServedRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_AwaitServedResponse__Output>): grpc.ClientUnaryCall;
  awaitServed(argument: _vouchsafe_server_updates_v1_AwaitServedRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_AwaitServedResponse__Output>): grpc.ClientUnaryCall;
  awaitServed(argument: _vouchsafe_server_updates_v1_AwaitServedRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_AwaitServedResponse__Output>): grpc.ClientUnaryCall;
  awaitServed(argument: _vouchsafe_server_updates_v1_AwaitServedRequest, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_AwaitServedResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Those of these entries, at most 500, that the calling agent is authorized for, as SyncAuthorizedEntries gives them.
   * The others are missing from the answer.
   */
  FetchEntries(argument: _vouchsafe_server_updates_v1_FetchEntriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_FetchEntriesResponse__Output>): grpc.ClientUnaryCall;
  FetchEntries(argument: _vouchsafe_server_updates_v1_FetchEntriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_FetchEntriesResponse__Output>): grpc.ClientUnaryCall;
  FetchEntries(argument: _vouchsafe_server_updates_v1_FetchEntriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_FetchEntriesResponse__Output>): grpc.ClientUnaryCall;
  FetchEntries(argument: _vouchsafe_server_updates_v1_FetchEntriesRequest, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_FetchEntriesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Those of these entries, at most 500, that the calling agent is authorized for, as SyncAuthorizedEntries gives them.
   * The others are missing from the answer.
   */
  fetchEntries(argument: _vouchsafe_server_updates_v1_FetchEntriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_FetchEntriesResponse__Output>): grpc.ClientUnaryCall;
  fetchEntries(argument: _vouchsafe_server_updates_v1_FetchEntriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_FetchEntriesResponse__Output>): grpc.ClientUnaryCall;
  fetchEntries(argument: _vouchsafe_server_updates_v1_FetchEntriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_FetchEntriesResponse__Output>): grpc.ClientUnaryCall;
  fetchEntries(argument: _vouchsafe_server_updates_v1_FetchEntriesRequest, callback: grpc.requestCallback<_vouchsafe_server_updates_v1_FetchEntriesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * To an agent: what has become of its authorized entries, of its own bundle and those it federates with, and of its
   * record. To an administrator: everything. An identity that is both is served as the agent.
   * 
   * The first message comes at once. At least every 15 seconds there is another one, if only with the revision: who has
   * heard nothing for 45 seconds has lost the stream. A reader that is slow is told in one message what came meanwhile,
   * by IDs or, when they are more than 1,000, as a resync. The stream ends
   * - with OK when its connection grows old: call again, with the last revision;
   * - with PERMISSION_DENIED, and the reason in the details as for any other call, the moment that the caller is
   * banned, evicted, or has put a renewed SVID in the place of the one it shows;
   * - with RESOURCE_EXHAUSTED when the same caller has opened more streams than it may (an agent 4, an administrator
   * 16): the newest are kept.
   */
  Watch(argument: _vouchsafe_server_updates_v1_WatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_vouchsafe_server_updates_v1_WatchResponse__Output>;
  Watch(argument: _vouchsafe_server_updates_v1_WatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_vouchsafe_server_updates_v1_WatchResponse__Output>;
  /**
   * To an agent: what has become of its authorized entries, of its own bundle and those it federates with, and of its
   * record. To an administrator: everything. An identity that is both is served as the agent.
   * 
   * The first message comes at once. At least every 15 seconds there is another one, if only with the revision: who has
   * heard nothing for 45 seconds has lost the stream. A reader that is slow is told in one message what came meanwhile,
   * by IDs or, when they are more than 1,000, as a resync. The stream ends
   * - with OK when its connection grows old: call again, with the last revision;
   * - with PERMISSION_DENIED, and the reason in the details as for any other call, the moment that the caller is
   * banned, evicted, or has put a renewed SVID in the place of the one it shows;
   * - with RESOURCE_EXHAUSTED when the same caller has opened more streams than it may (an agent 4, an administrator
   * 16): the newest are kept.
   */
  watch(argument: _vouchsafe_server_updates_v1_WatchRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_vouchsafe_server_updates_v1_WatchResponse__Output>;
  watch(argument: _vouchsafe_server_updates_v1_WatchRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_vouchsafe_server_updates_v1_WatchResponse__Output>;
  
}

/**
 * Tells agents and operators what has changed as soon as it has. It says what to fetch and never carries it, so a
 * message that comes twice, late, or for more than has changed does no harm.
 * 
 * Every change has a revision number, dense and in the order of commits; servers that share a database share them.
 */
export interface UpdatesHandlers extends grpc.UntypedServiceImplementation {
  /**
   * The calling agent serves everything it was told of up to this revision: it has the SVIDs, or knows that it cannot
   * have them. FAILED_PRECONDITION when no stream of its told it so much.
   */
  Acknowledge: grpc.handleUnaryCall<_vouchsafe_server_updates_v1_AcknowledgeRequest__Output, _vouchsafe_server_updates_v1_AcknowledgeResponse>;
  
  /**
   * Answers when the agents concerned that watch this server serve it, or when the time is over.
   */
  AwaitServed: grpc.handleUnaryCall<_vouchsafe_server_updates_v1_AwaitServedRequest__Output, _vouchsafe_server_updates_v1_AwaitServedResponse>;
  
  /**
   * Those of these entries, at most 500, that the calling agent is authorized for, as SyncAuthorizedEntries gives them.
   * The others are missing from the answer.
   */
  FetchEntries: grpc.handleUnaryCall<_vouchsafe_server_updates_v1_FetchEntriesRequest__Output, _vouchsafe_server_updates_v1_FetchEntriesResponse>;
  
  /**
   * To an agent: what has become of its authorized entries, of its own bundle and those it federates with, and of its
   * record. To an administrator: everything. An identity that is both is served as the agent.
   * 
   * The first message comes at once. At least every 15 seconds there is another one, if only with the revision: who has
   * heard nothing for 45 seconds has lost the stream. A reader that is slow is told in one message what came meanwhile,
   * by IDs or, when they are more than 1,000, as a resync. The stream ends
   * - with OK when its connection grows old: call again, with the last revision;
   * - with PERMISSION_DENIED, and the reason in the details as for any other call, the moment that the caller is
   * banned, evicted, or has put a renewed SVID in the place of the one it shows;
   * - with RESOURCE_EXHAUSTED when the same caller has opened more streams than it may (an agent 4, an administrator
   * 16): the newest are kept.
   */
  Watch: grpc.handleServerStreamingCall<_vouchsafe_server_updates_v1_WatchRequest__Output, _vouchsafe_server_updates_v1_WatchResponse>;
  
}

export interface UpdatesDefinition extends grpc.ServiceDefinition {
  Acknowledge: MethodDefinition<_vouchsafe_server_updates_v1_AcknowledgeRequest, _vouchsafe_server_updates_v1_AcknowledgeResponse, _vouchsafe_server_updates_v1_AcknowledgeRequest__Output, _vouchsafe_server_updates_v1_AcknowledgeResponse__Output>
  AwaitServed: MethodDefinition<_vouchsafe_server_updates_v1_AwaitServedRequest, _vouchsafe_server_updates_v1_AwaitServedResponse, _vouchsafe_server_updates_v1_AwaitServedRequest__Output, _vouchsafe_server_updates_v1_AwaitServedResponse__Output>
  FetchEntries: MethodDefinition<_vouchsafe_server_updates_v1_FetchEntriesRequest, _vouchsafe_server_updates_v1_FetchEntriesResponse, _vouchsafe_server_updates_v1_FetchEntriesRequest__Output, _vouchsafe_server_updates_v1_FetchEntriesResponse__Output>
  Watch: MethodDefinition<_vouchsafe_server_updates_v1_WatchRequest, _vouchsafe_server_updates_v1_WatchResponse, _vouchsafe_server_updates_v1_WatchRequest__Output, _vouchsafe_server_updates_v1_WatchResponse__Output>
}
