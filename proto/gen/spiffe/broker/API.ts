// Original file: spiffe/broker/brokerapi.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { FetchJWTSVIDRequest as _spiffe_broker_FetchJWTSVIDRequest, FetchJWTSVIDRequest__Output as _spiffe_broker_FetchJWTSVIDRequest__Output } from '../../spiffe/broker/FetchJWTSVIDRequest.ts';
import type { FetchJWTSVIDResponse as _spiffe_broker_FetchJWTSVIDResponse, FetchJWTSVIDResponse__Output as _spiffe_broker_FetchJWTSVIDResponse__Output } from '../../spiffe/broker/FetchJWTSVIDResponse.ts';
import type { SubscribeToJWTBundlesRequest as _spiffe_broker_SubscribeToJWTBundlesRequest, SubscribeToJWTBundlesRequest__Output as _spiffe_broker_SubscribeToJWTBundlesRequest__Output } from '../../spiffe/broker/SubscribeToJWTBundlesRequest.ts';
import type { SubscribeToJWTBundlesResponse as _spiffe_broker_SubscribeToJWTBundlesResponse, SubscribeToJWTBundlesResponse__Output as _spiffe_broker_SubscribeToJWTBundlesResponse__Output } from '../../spiffe/broker/SubscribeToJWTBundlesResponse.ts';
import type { SubscribeToX509BundlesRequest as _spiffe_broker_SubscribeToX509BundlesRequest, SubscribeToX509BundlesRequest__Output as _spiffe_broker_SubscribeToX509BundlesRequest__Output } from '../../spiffe/broker/SubscribeToX509BundlesRequest.ts';
import type { SubscribeToX509BundlesResponse as _spiffe_broker_SubscribeToX509BundlesResponse, SubscribeToX509BundlesResponse__Output as _spiffe_broker_SubscribeToX509BundlesResponse__Output } from '../../spiffe/broker/SubscribeToX509BundlesResponse.ts';
import type { SubscribeToX509SVIDRequest as _spiffe_broker_SubscribeToX509SVIDRequest, SubscribeToX509SVIDRequest__Output as _spiffe_broker_SubscribeToX509SVIDRequest__Output } from '../../spiffe/broker/SubscribeToX509SVIDRequest.ts';
import type { SubscribeToX509SVIDResponse as _spiffe_broker_SubscribeToX509SVIDResponse, SubscribeToX509SVIDResponse__Output as _spiffe_broker_SubscribeToX509SVIDResponse__Output } from '../../spiffe/broker/SubscribeToX509SVIDResponse.ts';

/**
 * Lets a trusted broker fetch identities for the workload it refers to.
 */
export interface APIClient extends grpc.Client {
  /**
   * Issues JWT-SVIDs of the referenced workload.
   */
  FetchJWTSVID(argument: _spiffe_broker_FetchJWTSVIDRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spiffe_broker_FetchJWTSVIDResponse__Output>): grpc.ClientUnaryCall;
  FetchJWTSVID(argument: _spiffe_broker_FetchJWTSVIDRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spiffe_broker_FetchJWTSVIDResponse__Output>): grpc.ClientUnaryCall;
  FetchJWTSVID(argument: _spiffe_broker_FetchJWTSVIDRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spiffe_broker_FetchJWTSVIDResponse__Output>): grpc.ClientUnaryCall;
  FetchJWTSVID(argument: _spiffe_broker_FetchJWTSVIDRequest, callback: grpc.requestCallback<_spiffe_broker_FetchJWTSVIDResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Issues JWT-SVIDs of the referenced workload.
   */
  fetchJwtsvid(argument: _spiffe_broker_FetchJWTSVIDRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spiffe_broker_FetchJWTSVIDResponse__Output>): grpc.ClientUnaryCall;
  fetchJwtsvid(argument: _spiffe_broker_FetchJWTSVIDRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spiffe_broker_FetchJWTSVIDResponse__Output>): grpc.ClientUnaryCall;
  fetchJwtsvid(argument: _spiffe_broker_FetchJWTSVIDRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spiffe_broker_FetchJWTSVIDResponse__Output>): grpc.ClientUnaryCall;
  fetchJwtsvid(argument: _spiffe_broker_FetchJWTSVIDRequest, callback: grpc.requestCallback<_spiffe_broker_FetchJWTSVIDResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Sends the JWT trust bundles now and again at every change.
   */
  SubscribeToJWTBundles(argument: _spiffe_broker_SubscribeToJWTBundlesRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_spiffe_broker_SubscribeToJWTBundlesResponse__Output>;
  SubscribeToJWTBundles(argument: _spiffe_broker_SubscribeToJWTBundlesRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_spiffe_broker_SubscribeToJWTBundlesResponse__Output>;
  /**
   * Sends the JWT trust bundles now and again at every change.
   */
  subscribeToJwtBundles(argument: _spiffe_broker_SubscribeToJWTBundlesRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_spiffe_broker_SubscribeToJWTBundlesResponse__Output>;
  subscribeToJwtBundles(argument: _spiffe_broker_SubscribeToJWTBundlesRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_spiffe_broker_SubscribeToJWTBundlesResponse__Output>;
  
  /**
   * Sends the X.509 trust bundles now and again at every change.
   */
  SubscribeToX509Bundles(argument: _spiffe_broker_SubscribeToX509BundlesRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_spiffe_broker_SubscribeToX509BundlesResponse__Output>;
  SubscribeToX509Bundles(argument: _spiffe_broker_SubscribeToX509BundlesRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_spiffe_broker_SubscribeToX509BundlesResponse__Output>;
  /**
   * Sends the X.509 trust bundles now and again at every change.
   */
  subscribeToX509Bundles(argument: _spiffe_broker_SubscribeToX509BundlesRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_spiffe_broker_SubscribeToX509BundlesResponse__Output>;
  subscribeToX509Bundles(argument: _spiffe_broker_SubscribeToX509BundlesRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_spiffe_broker_SubscribeToX509BundlesResponse__Output>;
  
  /**
   * Sends the referenced workload's X509-SVIDs now and again at every change.
   */
  SubscribeToX509SVID(argument: _spiffe_broker_SubscribeToX509SVIDRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_spiffe_broker_SubscribeToX509SVIDResponse__Output>;
  SubscribeToX509SVID(argument: _spiffe_broker_SubscribeToX509SVIDRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_spiffe_broker_SubscribeToX509SVIDResponse__Output>;
  /**
   * Sends the referenced workload's X509-SVIDs now and again at every change.
   */
  subscribeToX509Svid(argument: _spiffe_broker_SubscribeToX509SVIDRequest, metadata: grpc.Metadata, options?: grpc.CallOptions): grpc.ClientReadableStream<_spiffe_broker_SubscribeToX509SVIDResponse__Output>;
  subscribeToX509Svid(argument: _spiffe_broker_SubscribeToX509SVIDRequest, options?: grpc.CallOptions): grpc.ClientReadableStream<_spiffe_broker_SubscribeToX509SVIDResponse__Output>;
  
}

/**
 * Lets a trusted broker fetch identities for the workload it refers to.
 */
export interface APIHandlers extends grpc.UntypedServiceImplementation {
  /**
   * Issues JWT-SVIDs of the referenced workload.
   */
  FetchJWTSVID: grpc.handleUnaryCall<_spiffe_broker_FetchJWTSVIDRequest__Output, _spiffe_broker_FetchJWTSVIDResponse>;
  
  /**
   * Sends the JWT trust bundles now and again at every change.
   */
  SubscribeToJWTBundles: grpc.handleServerStreamingCall<_spiffe_broker_SubscribeToJWTBundlesRequest__Output, _spiffe_broker_SubscribeToJWTBundlesResponse>;
  
  /**
   * Sends the X.509 trust bundles now and again at every change.
   */
  SubscribeToX509Bundles: grpc.handleServerStreamingCall<_spiffe_broker_SubscribeToX509BundlesRequest__Output, _spiffe_broker_SubscribeToX509BundlesResponse>;
  
  /**
   * Sends the referenced workload's X509-SVIDs now and again at every change.
   */
  SubscribeToX509SVID: grpc.handleServerStreamingCall<_spiffe_broker_SubscribeToX509SVIDRequest__Output, _spiffe_broker_SubscribeToX509SVIDResponse>;
  
}

export interface APIDefinition extends grpc.ServiceDefinition {
  FetchJWTSVID: MethodDefinition<_spiffe_broker_FetchJWTSVIDRequest, _spiffe_broker_FetchJWTSVIDResponse, _spiffe_broker_FetchJWTSVIDRequest__Output, _spiffe_broker_FetchJWTSVIDResponse__Output>
  SubscribeToJWTBundles: MethodDefinition<_spiffe_broker_SubscribeToJWTBundlesRequest, _spiffe_broker_SubscribeToJWTBundlesResponse, _spiffe_broker_SubscribeToJWTBundlesRequest__Output, _spiffe_broker_SubscribeToJWTBundlesResponse__Output>
  SubscribeToX509Bundles: MethodDefinition<_spiffe_broker_SubscribeToX509BundlesRequest, _spiffe_broker_SubscribeToX509BundlesResponse, _spiffe_broker_SubscribeToX509BundlesRequest__Output, _spiffe_broker_SubscribeToX509BundlesResponse__Output>
  SubscribeToX509SVID: MethodDefinition<_spiffe_broker_SubscribeToX509SVIDRequest, _spiffe_broker_SubscribeToX509SVIDResponse, _spiffe_broker_SubscribeToX509SVIDRequest__Output, _spiffe_broker_SubscribeToX509SVIDResponse__Output>
}
