// Original file: spire/api/server/localauthority/v1/localauthority.proto

import type * as grpc from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { ActivateJWTAuthorityRequest as _spire_api_server_localauthority_v1_ActivateJWTAuthorityRequest, ActivateJWTAuthorityRequest__Output as _spire_api_server_localauthority_v1_ActivateJWTAuthorityRequest__Output } from '../../../../../spire/api/server/localauthority/v1/ActivateJWTAuthorityRequest.ts';
import type { ActivateJWTAuthorityResponse as _spire_api_server_localauthority_v1_ActivateJWTAuthorityResponse, ActivateJWTAuthorityResponse__Output as _spire_api_server_localauthority_v1_ActivateJWTAuthorityResponse__Output } from '../../../../../spire/api/server/localauthority/v1/ActivateJWTAuthorityResponse.ts';
import type { ActivateWITAuthorityRequest as _spire_api_server_localauthority_v1_ActivateWITAuthorityRequest, ActivateWITAuthorityRequest__Output as _spire_api_server_localauthority_v1_ActivateWITAuthorityRequest__Output } from '../../../../../spire/api/server/localauthority/v1/ActivateWITAuthorityRequest.ts';
import type { ActivateWITAuthorityResponse as _spire_api_server_localauthority_v1_ActivateWITAuthorityResponse, ActivateWITAuthorityResponse__Output as _spire_api_server_localauthority_v1_ActivateWITAuthorityResponse__Output } from '../../../../../spire/api/server/localauthority/v1/ActivateWITAuthorityResponse.ts';
import type { ActivateX509AuthorityRequest as _spire_api_server_localauthority_v1_ActivateX509AuthorityRequest, ActivateX509AuthorityRequest__Output as _spire_api_server_localauthority_v1_ActivateX509AuthorityRequest__Output } from '../../../../../spire/api/server/localauthority/v1/ActivateX509AuthorityRequest.ts';
import type { ActivateX509AuthorityResponse as _spire_api_server_localauthority_v1_ActivateX509AuthorityResponse, ActivateX509AuthorityResponse__Output as _spire_api_server_localauthority_v1_ActivateX509AuthorityResponse__Output } from '../../../../../spire/api/server/localauthority/v1/ActivateX509AuthorityResponse.ts';
import type { GetJWTAuthorityStateRequest as _spire_api_server_localauthority_v1_GetJWTAuthorityStateRequest, GetJWTAuthorityStateRequest__Output as _spire_api_server_localauthority_v1_GetJWTAuthorityStateRequest__Output } from '../../../../../spire/api/server/localauthority/v1/GetJWTAuthorityStateRequest.ts';
import type { GetJWTAuthorityStateResponse as _spire_api_server_localauthority_v1_GetJWTAuthorityStateResponse, GetJWTAuthorityStateResponse__Output as _spire_api_server_localauthority_v1_GetJWTAuthorityStateResponse__Output } from '../../../../../spire/api/server/localauthority/v1/GetJWTAuthorityStateResponse.ts';
import type { GetWITAuthorityStateRequest as _spire_api_server_localauthority_v1_GetWITAuthorityStateRequest, GetWITAuthorityStateRequest__Output as _spire_api_server_localauthority_v1_GetWITAuthorityStateRequest__Output } from '../../../../../spire/api/server/localauthority/v1/GetWITAuthorityStateRequest.ts';
import type { GetWITAuthorityStateResponse as _spire_api_server_localauthority_v1_GetWITAuthorityStateResponse, GetWITAuthorityStateResponse__Output as _spire_api_server_localauthority_v1_GetWITAuthorityStateResponse__Output } from '../../../../../spire/api/server/localauthority/v1/GetWITAuthorityStateResponse.ts';
import type { GetX509AuthorityStateRequest as _spire_api_server_localauthority_v1_GetX509AuthorityStateRequest, GetX509AuthorityStateRequest__Output as _spire_api_server_localauthority_v1_GetX509AuthorityStateRequest__Output } from '../../../../../spire/api/server/localauthority/v1/GetX509AuthorityStateRequest.ts';
import type { GetX509AuthorityStateResponse as _spire_api_server_localauthority_v1_GetX509AuthorityStateResponse, GetX509AuthorityStateResponse__Output as _spire_api_server_localauthority_v1_GetX509AuthorityStateResponse__Output } from '../../../../../spire/api/server/localauthority/v1/GetX509AuthorityStateResponse.ts';
import type { PrepareJWTAuthorityRequest as _spire_api_server_localauthority_v1_PrepareJWTAuthorityRequest, PrepareJWTAuthorityRequest__Output as _spire_api_server_localauthority_v1_PrepareJWTAuthorityRequest__Output } from '../../../../../spire/api/server/localauthority/v1/PrepareJWTAuthorityRequest.ts';
import type { PrepareJWTAuthorityResponse as _spire_api_server_localauthority_v1_PrepareJWTAuthorityResponse, PrepareJWTAuthorityResponse__Output as _spire_api_server_localauthority_v1_PrepareJWTAuthorityResponse__Output } from '../../../../../spire/api/server/localauthority/v1/PrepareJWTAuthorityResponse.ts';
import type { PrepareWITAuthorityRequest as _spire_api_server_localauthority_v1_PrepareWITAuthorityRequest, PrepareWITAuthorityRequest__Output as _spire_api_server_localauthority_v1_PrepareWITAuthorityRequest__Output } from '../../../../../spire/api/server/localauthority/v1/PrepareWITAuthorityRequest.ts';
import type { PrepareWITAuthorityResponse as _spire_api_server_localauthority_v1_PrepareWITAuthorityResponse, PrepareWITAuthorityResponse__Output as _spire_api_server_localauthority_v1_PrepareWITAuthorityResponse__Output } from '../../../../../spire/api/server/localauthority/v1/PrepareWITAuthorityResponse.ts';
import type { PrepareX509AuthorityRequest as _spire_api_server_localauthority_v1_PrepareX509AuthorityRequest, PrepareX509AuthorityRequest__Output as _spire_api_server_localauthority_v1_PrepareX509AuthorityRequest__Output } from '../../../../../spire/api/server/localauthority/v1/PrepareX509AuthorityRequest.ts';
import type { PrepareX509AuthorityResponse as _spire_api_server_localauthority_v1_PrepareX509AuthorityResponse, PrepareX509AuthorityResponse__Output as _spire_api_server_localauthority_v1_PrepareX509AuthorityResponse__Output } from '../../../../../spire/api/server/localauthority/v1/PrepareX509AuthorityResponse.ts';
import type { RevokeJWTAuthorityRequest as _spire_api_server_localauthority_v1_RevokeJWTAuthorityRequest, RevokeJWTAuthorityRequest__Output as _spire_api_server_localauthority_v1_RevokeJWTAuthorityRequest__Output } from '../../../../../spire/api/server/localauthority/v1/RevokeJWTAuthorityRequest.ts';
import type { RevokeJWTAuthorityResponse as _spire_api_server_localauthority_v1_RevokeJWTAuthorityResponse, RevokeJWTAuthorityResponse__Output as _spire_api_server_localauthority_v1_RevokeJWTAuthorityResponse__Output } from '../../../../../spire/api/server/localauthority/v1/RevokeJWTAuthorityResponse.ts';
import type { RevokeWITAuthorityRequest as _spire_api_server_localauthority_v1_RevokeWITAuthorityRequest, RevokeWITAuthorityRequest__Output as _spire_api_server_localauthority_v1_RevokeWITAuthorityRequest__Output } from '../../../../../spire/api/server/localauthority/v1/RevokeWITAuthorityRequest.ts';
import type { RevokeWITAuthorityResponse as _spire_api_server_localauthority_v1_RevokeWITAuthorityResponse, RevokeWITAuthorityResponse__Output as _spire_api_server_localauthority_v1_RevokeWITAuthorityResponse__Output } from '../../../../../spire/api/server/localauthority/v1/RevokeWITAuthorityResponse.ts';
import type { RevokeX509AuthorityRequest as _spire_api_server_localauthority_v1_RevokeX509AuthorityRequest, RevokeX509AuthorityRequest__Output as _spire_api_server_localauthority_v1_RevokeX509AuthorityRequest__Output } from '../../../../../spire/api/server/localauthority/v1/RevokeX509AuthorityRequest.ts';
import type { RevokeX509AuthorityResponse as _spire_api_server_localauthority_v1_RevokeX509AuthorityResponse, RevokeX509AuthorityResponse__Output as _spire_api_server_localauthority_v1_RevokeX509AuthorityResponse__Output } from '../../../../../spire/api/server/localauthority/v1/RevokeX509AuthorityResponse.ts';
import type { RevokeX509UpstreamAuthorityRequest as _spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityRequest, RevokeX509UpstreamAuthorityRequest__Output as _spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityRequest__Output } from '../../../../../spire/api/server/localauthority/v1/RevokeX509UpstreamAuthorityRequest.ts';
import type { RevokeX509UpstreamAuthorityResponse as _spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityResponse, RevokeX509UpstreamAuthorityResponse__Output as _spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityResponse__Output } from '../../../../../spire/api/server/localauthority/v1/RevokeX509UpstreamAuthorityResponse.ts';
import type { TaintJWTAuthorityRequest as _spire_api_server_localauthority_v1_TaintJWTAuthorityRequest, TaintJWTAuthorityRequest__Output as _spire_api_server_localauthority_v1_TaintJWTAuthorityRequest__Output } from '../../../../../spire/api/server/localauthority/v1/TaintJWTAuthorityRequest.ts';
import type { TaintJWTAuthorityResponse as _spire_api_server_localauthority_v1_TaintJWTAuthorityResponse, TaintJWTAuthorityResponse__Output as _spire_api_server_localauthority_v1_TaintJWTAuthorityResponse__Output } from '../../../../../spire/api/server/localauthority/v1/TaintJWTAuthorityResponse.ts';
import type { TaintWITAuthorityRequest as _spire_api_server_localauthority_v1_TaintWITAuthorityRequest, TaintWITAuthorityRequest__Output as _spire_api_server_localauthority_v1_TaintWITAuthorityRequest__Output } from '../../../../../spire/api/server/localauthority/v1/TaintWITAuthorityRequest.ts';
import type { TaintWITAuthorityResponse as _spire_api_server_localauthority_v1_TaintWITAuthorityResponse, TaintWITAuthorityResponse__Output as _spire_api_server_localauthority_v1_TaintWITAuthorityResponse__Output } from '../../../../../spire/api/server/localauthority/v1/TaintWITAuthorityResponse.ts';
import type { TaintX509AuthorityRequest as _spire_api_server_localauthority_v1_TaintX509AuthorityRequest, TaintX509AuthorityRequest__Output as _spire_api_server_localauthority_v1_TaintX509AuthorityRequest__Output } from '../../../../../spire/api/server/localauthority/v1/TaintX509AuthorityRequest.ts';
import type { TaintX509AuthorityResponse as _spire_api_server_localauthority_v1_TaintX509AuthorityResponse, TaintX509AuthorityResponse__Output as _spire_api_server_localauthority_v1_TaintX509AuthorityResponse__Output } from '../../../../../spire/api/server/localauthority/v1/TaintX509AuthorityResponse.ts';
import type { TaintX509UpstreamAuthorityRequest as _spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityRequest, TaintX509UpstreamAuthorityRequest__Output as _spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityRequest__Output } from '../../../../../spire/api/server/localauthority/v1/TaintX509UpstreamAuthorityRequest.ts';
import type { TaintX509UpstreamAuthorityResponse as _spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityResponse, TaintX509UpstreamAuthorityResponse__Output as _spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityResponse__Output } from '../../../../../spire/api/server/localauthority/v1/TaintX509UpstreamAuthorityResponse.ts';

/**
 * The server's own signing authorities, by hand: prepare the next, activate it, taint the old,
 * revoke it.
 */
export interface LocalAuthorityClient extends grpc.Client {
  ActivateJWTAuthority(argument: _spire_api_server_localauthority_v1_ActivateJWTAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  ActivateJWTAuthority(argument: _spire_api_server_localauthority_v1_ActivateJWTAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  ActivateJWTAuthority(argument: _spire_api_server_localauthority_v1_ActivateJWTAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  ActivateJWTAuthority(argument: _spire_api_server_localauthority_v1_ActivateJWTAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  activateJwtAuthority(argument: _spire_api_server_localauthority_v1_ActivateJWTAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  activateJwtAuthority(argument: _spire_api_server_localauthority_v1_ActivateJWTAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  activateJwtAuthority(argument: _spire_api_server_localauthority_v1_ActivateJWTAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  activateJwtAuthority(argument: _spire_api_server_localauthority_v1_ActivateJWTAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  
  ActivateWITAuthority(argument: _spire_api_server_localauthority_v1_ActivateWITAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  ActivateWITAuthority(argument: _spire_api_server_localauthority_v1_ActivateWITAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  ActivateWITAuthority(argument: _spire_api_server_localauthority_v1_ActivateWITAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  ActivateWITAuthority(argument: _spire_api_server_localauthority_v1_ActivateWITAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  activateWitAuthority(argument: _spire_api_server_localauthority_v1_ActivateWITAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  activateWitAuthority(argument: _spire_api_server_localauthority_v1_ActivateWITAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  activateWitAuthority(argument: _spire_api_server_localauthority_v1_ActivateWITAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  activateWitAuthority(argument: _spire_api_server_localauthority_v1_ActivateWITAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  
  ActivateX509Authority(argument: _spire_api_server_localauthority_v1_ActivateX509AuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  ActivateX509Authority(argument: _spire_api_server_localauthority_v1_ActivateX509AuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  ActivateX509Authority(argument: _spire_api_server_localauthority_v1_ActivateX509AuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  ActivateX509Authority(argument: _spire_api_server_localauthority_v1_ActivateX509AuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  activateX509Authority(argument: _spire_api_server_localauthority_v1_ActivateX509AuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  activateX509Authority(argument: _spire_api_server_localauthority_v1_ActivateX509AuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  activateX509Authority(argument: _spire_api_server_localauthority_v1_ActivateX509AuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  activateX509Authority(argument: _spire_api_server_localauthority_v1_ActivateX509AuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_ActivateX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  
  GetJWTAuthorityState(argument: _spire_api_server_localauthority_v1_GetJWTAuthorityStateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetJWTAuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  GetJWTAuthorityState(argument: _spire_api_server_localauthority_v1_GetJWTAuthorityStateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetJWTAuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  GetJWTAuthorityState(argument: _spire_api_server_localauthority_v1_GetJWTAuthorityStateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetJWTAuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  GetJWTAuthorityState(argument: _spire_api_server_localauthority_v1_GetJWTAuthorityStateRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetJWTAuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  getJwtAuthorityState(argument: _spire_api_server_localauthority_v1_GetJWTAuthorityStateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetJWTAuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  getJwtAuthorityState(argument: _spire_api_server_localauthority_v1_GetJWTAuthorityStateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetJWTAuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  getJwtAuthorityState(argument: _spire_api_server_localauthority_v1_GetJWTAuthorityStateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetJWTAuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  getJwtAuthorityState(argument: _spire_api_server_localauthority_v1_GetJWTAuthorityStateRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetJWTAuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  
  GetWITAuthorityState(argument: _spire_api_server_localauthority_v1_GetWITAuthorityStateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetWITAuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  GetWITAuthorityState(argument: _spire_api_server_localauthority_v1_GetWITAuthorityStateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetWITAuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  GetWITAuthorityState(argument: _spire_api_server_localauthority_v1_GetWITAuthorityStateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetWITAuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  GetWITAuthorityState(argument: _spire_api_server_localauthority_v1_GetWITAuthorityStateRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetWITAuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  getWitAuthorityState(argument: _spire_api_server_localauthority_v1_GetWITAuthorityStateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetWITAuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  getWitAuthorityState(argument: _spire_api_server_localauthority_v1_GetWITAuthorityStateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetWITAuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  getWitAuthorityState(argument: _spire_api_server_localauthority_v1_GetWITAuthorityStateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetWITAuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  getWitAuthorityState(argument: _spire_api_server_localauthority_v1_GetWITAuthorityStateRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetWITAuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  
  GetX509AuthorityState(argument: _spire_api_server_localauthority_v1_GetX509AuthorityStateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetX509AuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  GetX509AuthorityState(argument: _spire_api_server_localauthority_v1_GetX509AuthorityStateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetX509AuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  GetX509AuthorityState(argument: _spire_api_server_localauthority_v1_GetX509AuthorityStateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetX509AuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  GetX509AuthorityState(argument: _spire_api_server_localauthority_v1_GetX509AuthorityStateRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetX509AuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  getX509AuthorityState(argument: _spire_api_server_localauthority_v1_GetX509AuthorityStateRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetX509AuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  getX509AuthorityState(argument: _spire_api_server_localauthority_v1_GetX509AuthorityStateRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetX509AuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  getX509AuthorityState(argument: _spire_api_server_localauthority_v1_GetX509AuthorityStateRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetX509AuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  getX509AuthorityState(argument: _spire_api_server_localauthority_v1_GetX509AuthorityStateRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_GetX509AuthorityStateResponse__Output>): grpc.ClientUnaryCall;
  
  PrepareJWTAuthority(argument: _spire_api_server_localauthority_v1_PrepareJWTAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  PrepareJWTAuthority(argument: _spire_api_server_localauthority_v1_PrepareJWTAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  PrepareJWTAuthority(argument: _spire_api_server_localauthority_v1_PrepareJWTAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  PrepareJWTAuthority(argument: _spire_api_server_localauthority_v1_PrepareJWTAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  prepareJwtAuthority(argument: _spire_api_server_localauthority_v1_PrepareJWTAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  prepareJwtAuthority(argument: _spire_api_server_localauthority_v1_PrepareJWTAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  prepareJwtAuthority(argument: _spire_api_server_localauthority_v1_PrepareJWTAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  prepareJwtAuthority(argument: _spire_api_server_localauthority_v1_PrepareJWTAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  
  PrepareWITAuthority(argument: _spire_api_server_localauthority_v1_PrepareWITAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  PrepareWITAuthority(argument: _spire_api_server_localauthority_v1_PrepareWITAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  PrepareWITAuthority(argument: _spire_api_server_localauthority_v1_PrepareWITAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  PrepareWITAuthority(argument: _spire_api_server_localauthority_v1_PrepareWITAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  prepareWitAuthority(argument: _spire_api_server_localauthority_v1_PrepareWITAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  prepareWitAuthority(argument: _spire_api_server_localauthority_v1_PrepareWITAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  prepareWitAuthority(argument: _spire_api_server_localauthority_v1_PrepareWITAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  prepareWitAuthority(argument: _spire_api_server_localauthority_v1_PrepareWITAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  
  PrepareX509Authority(argument: _spire_api_server_localauthority_v1_PrepareX509AuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  PrepareX509Authority(argument: _spire_api_server_localauthority_v1_PrepareX509AuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  PrepareX509Authority(argument: _spire_api_server_localauthority_v1_PrepareX509AuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  PrepareX509Authority(argument: _spire_api_server_localauthority_v1_PrepareX509AuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  prepareX509Authority(argument: _spire_api_server_localauthority_v1_PrepareX509AuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  prepareX509Authority(argument: _spire_api_server_localauthority_v1_PrepareX509AuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  prepareX509Authority(argument: _spire_api_server_localauthority_v1_PrepareX509AuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  prepareX509Authority(argument: _spire_api_server_localauthority_v1_PrepareX509AuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_PrepareX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  
  RevokeJWTAuthority(argument: _spire_api_server_localauthority_v1_RevokeJWTAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  RevokeJWTAuthority(argument: _spire_api_server_localauthority_v1_RevokeJWTAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  RevokeJWTAuthority(argument: _spire_api_server_localauthority_v1_RevokeJWTAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  RevokeJWTAuthority(argument: _spire_api_server_localauthority_v1_RevokeJWTAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  revokeJwtAuthority(argument: _spire_api_server_localauthority_v1_RevokeJWTAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  revokeJwtAuthority(argument: _spire_api_server_localauthority_v1_RevokeJWTAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  revokeJwtAuthority(argument: _spire_api_server_localauthority_v1_RevokeJWTAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  revokeJwtAuthority(argument: _spire_api_server_localauthority_v1_RevokeJWTAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  
  RevokeWITAuthority(argument: _spire_api_server_localauthority_v1_RevokeWITAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  RevokeWITAuthority(argument: _spire_api_server_localauthority_v1_RevokeWITAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  RevokeWITAuthority(argument: _spire_api_server_localauthority_v1_RevokeWITAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  RevokeWITAuthority(argument: _spire_api_server_localauthority_v1_RevokeWITAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  revokeWitAuthority(argument: _spire_api_server_localauthority_v1_RevokeWITAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  revokeWitAuthority(argument: _spire_api_server_localauthority_v1_RevokeWITAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  revokeWitAuthority(argument: _spire_api_server_localauthority_v1_RevokeWITAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  revokeWitAuthority(argument: _spire_api_server_localauthority_v1_RevokeWITAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  
  RevokeX509Authority(argument: _spire_api_server_localauthority_v1_RevokeX509AuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  RevokeX509Authority(argument: _spire_api_server_localauthority_v1_RevokeX509AuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  RevokeX509Authority(argument: _spire_api_server_localauthority_v1_RevokeX509AuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  RevokeX509Authority(argument: _spire_api_server_localauthority_v1_RevokeX509AuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  revokeX509Authority(argument: _spire_api_server_localauthority_v1_RevokeX509AuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  revokeX509Authority(argument: _spire_api_server_localauthority_v1_RevokeX509AuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  revokeX509Authority(argument: _spire_api_server_localauthority_v1_RevokeX509AuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  revokeX509Authority(argument: _spire_api_server_localauthority_v1_RevokeX509AuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Revokes an authority of the upstream that signs for this server.
   */
  RevokeX509UpstreamAuthority(argument: _spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityResponse__Output>): grpc.ClientUnaryCall;
  RevokeX509UpstreamAuthority(argument: _spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityResponse__Output>): grpc.ClientUnaryCall;
  RevokeX509UpstreamAuthority(argument: _spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityResponse__Output>): grpc.ClientUnaryCall;
  RevokeX509UpstreamAuthority(argument: _spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Revokes an authority of the upstream that signs for this server.
   */
  revokeX509UpstreamAuthority(argument: _spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityResponse__Output>): grpc.ClientUnaryCall;
  revokeX509UpstreamAuthority(argument: _spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityResponse__Output>): grpc.ClientUnaryCall;
  revokeX509UpstreamAuthority(argument: _spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityResponse__Output>): grpc.ClientUnaryCall;
  revokeX509UpstreamAuthority(argument: _spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityResponse__Output>): grpc.ClientUnaryCall;
  
  TaintJWTAuthority(argument: _spire_api_server_localauthority_v1_TaintJWTAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  TaintJWTAuthority(argument: _spire_api_server_localauthority_v1_TaintJWTAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  TaintJWTAuthority(argument: _spire_api_server_localauthority_v1_TaintJWTAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  TaintJWTAuthority(argument: _spire_api_server_localauthority_v1_TaintJWTAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  taintJwtAuthority(argument: _spire_api_server_localauthority_v1_TaintJWTAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  taintJwtAuthority(argument: _spire_api_server_localauthority_v1_TaintJWTAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  taintJwtAuthority(argument: _spire_api_server_localauthority_v1_TaintJWTAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  taintJwtAuthority(argument: _spire_api_server_localauthority_v1_TaintJWTAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintJWTAuthorityResponse__Output>): grpc.ClientUnaryCall;
  
  TaintWITAuthority(argument: _spire_api_server_localauthority_v1_TaintWITAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  TaintWITAuthority(argument: _spire_api_server_localauthority_v1_TaintWITAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  TaintWITAuthority(argument: _spire_api_server_localauthority_v1_TaintWITAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  TaintWITAuthority(argument: _spire_api_server_localauthority_v1_TaintWITAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  taintWitAuthority(argument: _spire_api_server_localauthority_v1_TaintWITAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  taintWitAuthority(argument: _spire_api_server_localauthority_v1_TaintWITAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  taintWitAuthority(argument: _spire_api_server_localauthority_v1_TaintWITAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  taintWitAuthority(argument: _spire_api_server_localauthority_v1_TaintWITAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintWITAuthorityResponse__Output>): grpc.ClientUnaryCall;
  
  TaintX509Authority(argument: _spire_api_server_localauthority_v1_TaintX509AuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  TaintX509Authority(argument: _spire_api_server_localauthority_v1_TaintX509AuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  TaintX509Authority(argument: _spire_api_server_localauthority_v1_TaintX509AuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  TaintX509Authority(argument: _spire_api_server_localauthority_v1_TaintX509AuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  taintX509Authority(argument: _spire_api_server_localauthority_v1_TaintX509AuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  taintX509Authority(argument: _spire_api_server_localauthority_v1_TaintX509AuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  taintX509Authority(argument: _spire_api_server_localauthority_v1_TaintX509AuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  taintX509Authority(argument: _spire_api_server_localauthority_v1_TaintX509AuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintX509AuthorityResponse__Output>): grpc.ClientUnaryCall;
  
  /**
   * Taints an authority of the upstream that signs for this server.
   */
  TaintX509UpstreamAuthority(argument: _spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityResponse__Output>): grpc.ClientUnaryCall;
  TaintX509UpstreamAuthority(argument: _spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityResponse__Output>): grpc.ClientUnaryCall;
  TaintX509UpstreamAuthority(argument: _spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityResponse__Output>): grpc.ClientUnaryCall;
  TaintX509UpstreamAuthority(argument: _spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityResponse__Output>): grpc.ClientUnaryCall;
  /**
   * Taints an authority of the upstream that signs for this server.
   */
  taintX509UpstreamAuthority(argument: _spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityRequest, metadata: grpc.Metadata, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityResponse__Output>): grpc.ClientUnaryCall;
  taintX509UpstreamAuthority(argument: _spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityRequest, metadata: grpc.Metadata, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityResponse__Output>): grpc.ClientUnaryCall;
  taintX509UpstreamAuthority(argument: _spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityRequest, options: grpc.CallOptions, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityResponse__Output>): grpc.ClientUnaryCall;
  taintX509UpstreamAuthority(argument: _spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityRequest, callback: grpc.requestCallback<_spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityResponse__Output>): grpc.ClientUnaryCall;
  
}

/**
 * The server's own signing authorities, by hand: prepare the next, activate it, taint the old,
 * revoke it.
 */
export interface LocalAuthorityHandlers extends grpc.UntypedServiceImplementation {
  ActivateJWTAuthority: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_ActivateJWTAuthorityRequest__Output, _spire_api_server_localauthority_v1_ActivateJWTAuthorityResponse>;
  
  ActivateWITAuthority: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_ActivateWITAuthorityRequest__Output, _spire_api_server_localauthority_v1_ActivateWITAuthorityResponse>;
  
  ActivateX509Authority: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_ActivateX509AuthorityRequest__Output, _spire_api_server_localauthority_v1_ActivateX509AuthorityResponse>;
  
  GetJWTAuthorityState: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_GetJWTAuthorityStateRequest__Output, _spire_api_server_localauthority_v1_GetJWTAuthorityStateResponse>;
  
  GetWITAuthorityState: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_GetWITAuthorityStateRequest__Output, _spire_api_server_localauthority_v1_GetWITAuthorityStateResponse>;
  
  GetX509AuthorityState: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_GetX509AuthorityStateRequest__Output, _spire_api_server_localauthority_v1_GetX509AuthorityStateResponse>;
  
  PrepareJWTAuthority: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_PrepareJWTAuthorityRequest__Output, _spire_api_server_localauthority_v1_PrepareJWTAuthorityResponse>;
  
  PrepareWITAuthority: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_PrepareWITAuthorityRequest__Output, _spire_api_server_localauthority_v1_PrepareWITAuthorityResponse>;
  
  PrepareX509Authority: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_PrepareX509AuthorityRequest__Output, _spire_api_server_localauthority_v1_PrepareX509AuthorityResponse>;
  
  RevokeJWTAuthority: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_RevokeJWTAuthorityRequest__Output, _spire_api_server_localauthority_v1_RevokeJWTAuthorityResponse>;
  
  RevokeWITAuthority: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_RevokeWITAuthorityRequest__Output, _spire_api_server_localauthority_v1_RevokeWITAuthorityResponse>;
  
  RevokeX509Authority: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_RevokeX509AuthorityRequest__Output, _spire_api_server_localauthority_v1_RevokeX509AuthorityResponse>;
  
  /**
   * Revokes an authority of the upstream that signs for this server.
   */
  RevokeX509UpstreamAuthority: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityRequest__Output, _spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityResponse>;
  
  TaintJWTAuthority: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_TaintJWTAuthorityRequest__Output, _spire_api_server_localauthority_v1_TaintJWTAuthorityResponse>;
  
  TaintWITAuthority: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_TaintWITAuthorityRequest__Output, _spire_api_server_localauthority_v1_TaintWITAuthorityResponse>;
  
  TaintX509Authority: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_TaintX509AuthorityRequest__Output, _spire_api_server_localauthority_v1_TaintX509AuthorityResponse>;
  
  /**
   * Taints an authority of the upstream that signs for this server.
   */
  TaintX509UpstreamAuthority: grpc.handleUnaryCall<_spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityRequest__Output, _spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityResponse>;
  
}

export interface LocalAuthorityDefinition extends grpc.ServiceDefinition {
  ActivateJWTAuthority: MethodDefinition<_spire_api_server_localauthority_v1_ActivateJWTAuthorityRequest, _spire_api_server_localauthority_v1_ActivateJWTAuthorityResponse, _spire_api_server_localauthority_v1_ActivateJWTAuthorityRequest__Output, _spire_api_server_localauthority_v1_ActivateJWTAuthorityResponse__Output>
  ActivateWITAuthority: MethodDefinition<_spire_api_server_localauthority_v1_ActivateWITAuthorityRequest, _spire_api_server_localauthority_v1_ActivateWITAuthorityResponse, _spire_api_server_localauthority_v1_ActivateWITAuthorityRequest__Output, _spire_api_server_localauthority_v1_ActivateWITAuthorityResponse__Output>
  ActivateX509Authority: MethodDefinition<_spire_api_server_localauthority_v1_ActivateX509AuthorityRequest, _spire_api_server_localauthority_v1_ActivateX509AuthorityResponse, _spire_api_server_localauthority_v1_ActivateX509AuthorityRequest__Output, _spire_api_server_localauthority_v1_ActivateX509AuthorityResponse__Output>
  GetJWTAuthorityState: MethodDefinition<_spire_api_server_localauthority_v1_GetJWTAuthorityStateRequest, _spire_api_server_localauthority_v1_GetJWTAuthorityStateResponse, _spire_api_server_localauthority_v1_GetJWTAuthorityStateRequest__Output, _spire_api_server_localauthority_v1_GetJWTAuthorityStateResponse__Output>
  GetWITAuthorityState: MethodDefinition<_spire_api_server_localauthority_v1_GetWITAuthorityStateRequest, _spire_api_server_localauthority_v1_GetWITAuthorityStateResponse, _spire_api_server_localauthority_v1_GetWITAuthorityStateRequest__Output, _spire_api_server_localauthority_v1_GetWITAuthorityStateResponse__Output>
  GetX509AuthorityState: MethodDefinition<_spire_api_server_localauthority_v1_GetX509AuthorityStateRequest, _spire_api_server_localauthority_v1_GetX509AuthorityStateResponse, _spire_api_server_localauthority_v1_GetX509AuthorityStateRequest__Output, _spire_api_server_localauthority_v1_GetX509AuthorityStateResponse__Output>
  PrepareJWTAuthority: MethodDefinition<_spire_api_server_localauthority_v1_PrepareJWTAuthorityRequest, _spire_api_server_localauthority_v1_PrepareJWTAuthorityResponse, _spire_api_server_localauthority_v1_PrepareJWTAuthorityRequest__Output, _spire_api_server_localauthority_v1_PrepareJWTAuthorityResponse__Output>
  PrepareWITAuthority: MethodDefinition<_spire_api_server_localauthority_v1_PrepareWITAuthorityRequest, _spire_api_server_localauthority_v1_PrepareWITAuthorityResponse, _spire_api_server_localauthority_v1_PrepareWITAuthorityRequest__Output, _spire_api_server_localauthority_v1_PrepareWITAuthorityResponse__Output>
  PrepareX509Authority: MethodDefinition<_spire_api_server_localauthority_v1_PrepareX509AuthorityRequest, _spire_api_server_localauthority_v1_PrepareX509AuthorityResponse, _spire_api_server_localauthority_v1_PrepareX509AuthorityRequest__Output, _spire_api_server_localauthority_v1_PrepareX509AuthorityResponse__Output>
  RevokeJWTAuthority: MethodDefinition<_spire_api_server_localauthority_v1_RevokeJWTAuthorityRequest, _spire_api_server_localauthority_v1_RevokeJWTAuthorityResponse, _spire_api_server_localauthority_v1_RevokeJWTAuthorityRequest__Output, _spire_api_server_localauthority_v1_RevokeJWTAuthorityResponse__Output>
  RevokeWITAuthority: MethodDefinition<_spire_api_server_localauthority_v1_RevokeWITAuthorityRequest, _spire_api_server_localauthority_v1_RevokeWITAuthorityResponse, _spire_api_server_localauthority_v1_RevokeWITAuthorityRequest__Output, _spire_api_server_localauthority_v1_RevokeWITAuthorityResponse__Output>
  RevokeX509Authority: MethodDefinition<_spire_api_server_localauthority_v1_RevokeX509AuthorityRequest, _spire_api_server_localauthority_v1_RevokeX509AuthorityResponse, _spire_api_server_localauthority_v1_RevokeX509AuthorityRequest__Output, _spire_api_server_localauthority_v1_RevokeX509AuthorityResponse__Output>
  RevokeX509UpstreamAuthority: MethodDefinition<_spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityRequest, _spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityResponse, _spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityRequest__Output, _spire_api_server_localauthority_v1_RevokeX509UpstreamAuthorityResponse__Output>
  TaintJWTAuthority: MethodDefinition<_spire_api_server_localauthority_v1_TaintJWTAuthorityRequest, _spire_api_server_localauthority_v1_TaintJWTAuthorityResponse, _spire_api_server_localauthority_v1_TaintJWTAuthorityRequest__Output, _spire_api_server_localauthority_v1_TaintJWTAuthorityResponse__Output>
  TaintWITAuthority: MethodDefinition<_spire_api_server_localauthority_v1_TaintWITAuthorityRequest, _spire_api_server_localauthority_v1_TaintWITAuthorityResponse, _spire_api_server_localauthority_v1_TaintWITAuthorityRequest__Output, _spire_api_server_localauthority_v1_TaintWITAuthorityResponse__Output>
  TaintX509Authority: MethodDefinition<_spire_api_server_localauthority_v1_TaintX509AuthorityRequest, _spire_api_server_localauthority_v1_TaintX509AuthorityResponse, _spire_api_server_localauthority_v1_TaintX509AuthorityRequest__Output, _spire_api_server_localauthority_v1_TaintX509AuthorityResponse__Output>
  TaintX509UpstreamAuthority: MethodDefinition<_spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityRequest, _spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityResponse, _spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityRequest__Output, _spire_api_server_localauthority_v1_TaintX509UpstreamAuthorityResponse__Output>
}
