// Original file: vouchsafe/agent/explain/v1/explain.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ExplainProcessRequest as _vouchsafe_agent_explain_v1_ExplainProcessRequest, ExplainProcessRequest__Output as _vouchsafe_agent_explain_v1_ExplainProcessRequest__Output } from '../../../../vouchsafe/agent/explain/v1/ExplainProcessRequest.ts';
import type { ExplainProcessResponse as _vouchsafe_agent_explain_v1_ExplainProcessResponse, ExplainProcessResponse__Output as _vouchsafe_agent_explain_v1_ExplainProcessResponse__Output } from '../../../../vouchsafe/agent/explain/v1/ExplainProcessResponse.ts';

/**
 * Says which identities this agent gives to a process, and which it does not, and why.
 */
export interface ExplainClient extends grpc.Client {
  /**
   * Attests the process as if it had asked.
   */
  ExplainProcess(argument: _vouchsafe_agent_explain_v1_ExplainProcessRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_agent_explain_v1_ExplainProcessResponse__Output>): grpc.ClientUnaryCall;
  ExplainProcess(argument: _vouchsafe_agent_explain_v1_ExplainProcessRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vouchsafe_agent_explain_v1_ExplainProcessResponse__Output>): grpc.ClientUnaryCall;
  ExplainProcess(argument: _vouchsafe_agent_explain_v1_ExplainProcessRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_agent_explain_v1_ExplainProcessResponse__Output>): grpc.ClientUnaryCall;
  ExplainProcess(argument: _vouchsafe_agent_explain_v1_ExplainProcessRequest, callback: grpc.requestCallback<_vouchsafe_agent_explain_v1_ExplainProcessResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Attests the process as if it had asked.
   */
  explainProcess(argument: _vouchsafe_agent_explain_v1_ExplainProcessRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_agent_explain_v1_ExplainProcessResponse__Output>): grpc.ClientUnaryCall;
  explainProcess(argument: _vouchsafe_agent_explain_v1_ExplainProcessRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_vouchsafe_agent_explain_v1_ExplainProcessResponse__Output>): grpc.ClientUnaryCall;
  explainProcess(argument: _vouchsafe_agent_explain_v1_ExplainProcessRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_vouchsafe_agent_explain_v1_ExplainProcessResponse__Output>): grpc.ClientUnaryCall;
  explainProcess(argument: _vouchsafe_agent_explain_v1_ExplainProcessRequest, callback: grpc.requestCallback<_vouchsafe_agent_explain_v1_ExplainProcessResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * Says which identities this agent gives to a process, and which it does not, and why.
 */
export interface ExplainHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Attests the process as if it had asked.
   */
  ExplainProcess: grpc.handleUnaryCall<_vouchsafe_agent_explain_v1_ExplainProcessRequest__Output, _vouchsafe_agent_explain_v1_ExplainProcessResponse>;
  
}

export interface ExplainDefinition extends grpc.ServiceDefinition {
  ExplainProcess: MethodDefinition<_vouchsafe_agent_explain_v1_ExplainProcessRequest, _vouchsafe_agent_explain_v1_ExplainProcessResponse, _vouchsafe_agent_explain_v1_ExplainProcessRequest__Output, _vouchsafe_agent_explain_v1_ExplainProcessResponse__Output>
}
