// Original file: vouchsafe/server/explain/v1/explain.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ExplainIdentityRequest as _vouchsafe_server_explain_v1_ExplainIdentityRequest, ExplainIdentityRequest__Output as _vouchsafe_server_explain_v1_ExplainIdentityRequest__Output } from '../../../../vouchsafe/server/explain/v1/ExplainIdentityRequest.ts';
import type { ExplainIdentityResponse as _vouchsafe_server_explain_v1_ExplainIdentityResponse, ExplainIdentityResponse__Output as _vouchsafe_server_explain_v1_ExplainIdentityResponse__Output } from '../../../../vouchsafe/server/explain/v1/ExplainIdentityResponse.ts';

/**
 * Says why an identity is given, or is not.
 */
export interface ExplainClient extends grpc.Client {
  /**
   * Which entries give a SPIFFE ID, through which agents, and what stands in the way of each.
   */
  ExplainIdentity(argument: _vouchsafe_server_explain_v1_ExplainIdentityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_explain_v1_ExplainIdentityResponse__Output>): grpc.ClientUnaryCall;
  ExplainIdentity(argument: _vouchsafe_server_explain_v1_ExplainIdentityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vouchsafe_server_explain_v1_ExplainIdentityResponse__Output>): grpc.ClientUnaryCall;
  ExplainIdentity(argument: _vouchsafe_server_explain_v1_ExplainIdentityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_explain_v1_ExplainIdentityResponse__Output>): grpc.ClientUnaryCall;
  ExplainIdentity(argument: _vouchsafe_server_explain_v1_ExplainIdentityRequest, callback: grpc.requestCallback<_vouchsafe_server_explain_v1_ExplainIdentityResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Which entries give a SPIFFE ID, through which agents, and what stands in the way of each.
   */
  explainIdentity(argument: _vouchsafe_server_explain_v1_ExplainIdentityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_explain_v1_ExplainIdentityResponse__Output>): grpc.ClientUnaryCall;
  explainIdentity(argument: _vouchsafe_server_explain_v1_ExplainIdentityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vouchsafe_server_explain_v1_ExplainIdentityResponse__Output>): grpc.ClientUnaryCall;
  explainIdentity(argument: _vouchsafe_server_explain_v1_ExplainIdentityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_server_explain_v1_ExplainIdentityResponse__Output>): grpc.ClientUnaryCall;
  explainIdentity(argument: _vouchsafe_server_explain_v1_ExplainIdentityRequest, callback: grpc.requestCallback<_vouchsafe_server_explain_v1_ExplainIdentityResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Says why an identity is given, or is not.
 */
export interface ExplainHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Which entries give a SPIFFE ID, through which agents, and what stands in the way of each.
   */
  ExplainIdentity: grpc.handleUnaryCall<_vouchsafe_server_explain_v1_ExplainIdentityRequest__Output, _vouchsafe_server_explain_v1_ExplainIdentityResponse>;
  
}

export interface ExplainDefinition extends grpc.ServiceDefinition {
  ExplainIdentity: MethodDefinition<_vouchsafe_server_explain_v1_ExplainIdentityRequest, _vouchsafe_server_explain_v1_ExplainIdentityResponse, _vouchsafe_server_explain_v1_ExplainIdentityRequest__Output, _vouchsafe_server_explain_v1_ExplainIdentityResponse__Output>
}
