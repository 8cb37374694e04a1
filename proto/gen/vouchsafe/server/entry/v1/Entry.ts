// Original file: vouchsafe/server/entry/v1/entry.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ApplyEntriesRequest as _vouchsafe_server_entry_v1_ApplyEntriesRequest, ApplyEntriesRequest__Output as _vouchsafe_server_entry_v1_ApplyEntriesRequest__Output } from '../../../../vouchsafe/server/entry/v1/ApplyEntriesRequest.ts';
import type { ApplyEntriesResponse as _vouchsafe_server_entry_v1_ApplyEntriesResponse, ApplyEntriesResponse__Output as _vouchsafe_server_entry_v1_ApplyEntriesResponse__Output } from '../../../../vouchsafe/server/entry/v1/ApplyEntriesResponse.ts';
import type { GetAuthorizedAttributesRequest as _vouchsafe_server_entry_v1_GetAuthorizedAttributesRequest, GetAuthorizedAttributesRequest__Output as _vouchsafe_server_entry_v1_GetAuthorizedAttributesRequest__Output } from '../../../../vouchsafe/server/entry/v1/GetAuthorizedAttributesRequest.ts';
import type { GetAuthorizedAttributesResponse as _vouchsafe_server_entry_v1_GetAuthorizedAttributesResponse, GetAuthorizedAttributesResponse__Output as _vouchsafe_server_entry_v1_GetAuthorizedAttributesResponse__Output } from '../../../../vouchsafe/server/entry/v1/GetAuthorizedAttributesResponse.ts';
import type { ListEntriesRequest as _vouchsafe_server_entry_v1_ListEntriesRequest, ListEntriesRequest__Output as _vouchsafe_server_entry_v1_ListEntriesRequest__Output } from '../../../../vouchsafe/server/entry/v1/ListEntriesRequest.ts';
import type { ListEntriesResponse as _vouchsafe_server_entry_v1_ListEntriesResponse, ListEntriesResponse__Output as _vouchsafe_server_entry_v1_ListEntriesResponse__Output } from '../../../../vouchsafe/server/entry/v1/ListEntriesResponse.ts';

/**
 * Registration entries with what SPIRE's message has no field for, and changes of many things that happen together.
 */
export interface EntryClient extends grpc.Client {
  /**
   * Stores bundles, then deletes, changes and creates entries: in one transaction, and all of it or nothing. Each item
   * has a status of its own; when any has failed, `applied` is false and the items that could have been done have
   * ABORTED.
   */
  ApplyEntries(argument: _vouchsafe_server_entry_v1_ApplyEntriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_ApplyEntriesResponse__Output>): grpc.ClientUnaryCall;
  ApplyEntries(argument: _vouchsafe_server_entry_v1_ApplyEntriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_ApplyEntriesResponse__Output>): grpc.ClientUnaryCall;
  ApplyEntries(argument: _vouchsafe_server_entry_v1_ApplyEntriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_ApplyEntriesResponse__Output>): grpc.ClientUnaryCall;
  ApplyEntries(argument: _vouchsafe_server_entry_v1_ApplyEntriesRequest, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_ApplyEntriesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Stores bundles, then deletes, changes and creates entries: in one transaction, and all of it or nothing. Each item
   * has a status of its own; when any has failed, `applied` is false and the items that could have been done have
   * ABORTED.
   */
  applyEntries(argument: _vouchsafe_server_entry_v1_ApplyEntriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_ApplyEntriesResponse__Output>): grpc.ClientUnaryCall;
  applyEntries(argument: _vouchsafe_server_entry_v1_ApplyEntriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_ApplyEntriesResponse__Output>): grpc.ClientUnaryCall;
  applyEntries(argument: _vouchsafe_server_entry_v1_ApplyEntriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_ApplyEntriesResponse__Output>): grpc.ClientUnaryCall;
  applyEntries(argument: _vouchsafe_server_entry_v1_ApplyEntriesRequest, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_ApplyEntriesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * The attributes of these entries: of those that the calling agent is authorized for and that have any.
   */
  GetAuthorizedAttributes(argument: _vouchsafe_server_entry_v1_GetAuthorizedAttributesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_GetAuthorizedAttributesResponse__Output>): grpc.ClientUnaryCall;
  GetAuthorizedAttributes(argument: _vouchsafe_server_entry_v1_GetAuthorizedAttributesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_GetAuthorizedAttributesResponse__Output>): grpc.ClientUnaryCall;
  GetAuthorizedAttributes(argument: _vouchsafe_server_entry_v1_GetAuthorizedAttributesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_GetAuthorizedAttributesResponse__Output>): grpc.ClientUnaryCall;
  GetAuthorizedAttributes(argument: _vouchsafe_server_entry_v1_GetAuthorizedAttributesRequest, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_GetAuthorizedAttributesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * The attributes of these entries: of those that the calling agent is authorized for and that have any.
   */
  getAuthorizedAttributes(argument: _vouchsafe_server_entry_v1_GetAuthorizedAttributesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_GetAuthorizedAttributesResponse__Output>): grpc.ClientUnaryCall;
  getAuthorizedAttributes(argument: _vouchsafe_server_entry_v1_GetAuthorizedAttributesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_GetAuthorizedAttributesResponse__Output>): grpc.ClientUnaryCall;
  getAuthorizedAttributes(argument: _vouchsafe_server_entry_v1_GetAuthorizedAttributesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_GetAuthorizedAttributesResponse__Output>): grpc.ClientUnaryCall;
  getAuthorizedAttributes(argument: _vouchsafe_server_entry_v1_GetAuthorizedAttributesRequest, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_GetAuthorizedAttributesResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Lists the entries that pass all filters, page by page.
   */
  ListEntries(argument: _vouchsafe_server_entry_v1_ListEntriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_ListEntriesResponse__Output>): grpc.ClientUnaryCall;
  ListEntries(argument: _vouchsafe_server_entry_v1_ListEntriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_ListEntriesResponse__Output>): grpc.ClientUnaryCall;
  ListEntries(argument: _vouchsafe_server_entry_v1_ListEntriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_ListEntriesResponse__Output>): grpc.ClientUnaryCall;
  ListEntries(argument: _vouchsafe_server_entry_v1_ListEntriesRequest, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_ListEntriesResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Lists the entries that pass all filters, page by page.
   */
  listEntries(argument: _vouchsafe_server_entry_v1_ListEntriesRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_ListEntriesResponse__Output>): grpc.ClientUnaryCall;
  listEntries(argument: _vouchsafe_server_entry_v1_ListEntriesRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_ListEntriesResponse__Output>): grpc.ClientUnaryCall;
  listEntries(argument: _vouchsafe_server_entry_v1_ListEntriesRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_ListEntriesResponse__Output>): grpc.ClientUnaryCall;
  listEntries(argument: _vouchsafe_server_entry_v1_ListEntriesRequest, callback: grpc.requestCallback<_vouchsafe_server_entry_v1_ListEntriesResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Registration entries with what SPIRE's message has no field for, and changes of many things that happen together.
 */
export interface EntryHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Stores bundles, then deletes, changes and creates entries: in one transaction, and all of it or nothing. Each item
   * has a status of its own; when any has failed, `applied` is false and the items that could have been done have
   * ABORTED.
   */
  ApplyEntries: grpc.handleUnaryCall<_vouchsafe_server_entry_v1_ApplyEntriesRequest__Output, _vouchsafe_server_entry_v1_ApplyEntriesResponse>;
  
  /**
   * The attributes of these entries: of those that the calling agent is authorized for and that have any.
   */
  GetAuthorizedAttributes: grpc.handleUnaryCall<_vouchsafe_server_entry_v1_GetAuthorizedAttributesRequest__Output, _vouchsafe_server_entry_v1_GetAuthorizedAttributesResponse>;
  
  /**
   * Lists the entries that pass all filters, page by page.
   */
  ListEntries: grpc.handleUnaryCall<_vouchsafe_server_entry_v1_ListEntriesRequest__Output, _vouchsafe_server_entry_v1_ListEntriesResponse>;
  
}

export interface EntryDefinition extends grpc.ServiceDefinition {
  ApplyEntries: MethodDefinition<_vouchsafe_server_entry_v1_ApplyEntriesRequest, _vouchsafe_server_entry_v1_ApplyEntriesResponse, _vouchsafe_server_entry_v1_ApplyEntriesRequest__Output, _vouchsafe_server_entry_v1_ApplyEntriesResponse__Output>
  GetAuthorizedAttributes: MethodDefinition<_vouchsafe_server_entry_v1_GetAuthorizedAttributesRequest, _vouchsafe_server_entry_v1_GetAuthorizedAttributesResponse, _vouchsafe_server_entry_v1_GetAuthorizedAttributesRequest__Output, _vouchsafe_server_entry_v1_GetAuthorizedAttributesResponse__Output>
  ListEntries: MethodDefinition<_vouchsafe_server_entry_v1_ListEntriesRequest, _vouchsafe_server_entry_v1_ListEntriesResponse, _vouchsafe_server_entry_v1_ListEntriesRequest__Output, _vouchsafe_server_entry_v1_ListEntriesResponse__Output>
}
