import type { ErrorInfo, ErrorInfo__Output } from './gen/google/rpc/ErrorInfo.ts';
import type { Status__Output } from './gen/google/rpc/Status.ts';
import { _spire_api_types_PermissionDeniedDetails_Reason as REASONS } from './gen/spire/api/types/PermissionDeniedDetails.ts';
import { messageCodec } from './load.ts';
import type { MessageInput, MessageName, MessageOutput } from './load.ts';

/** The trailer that carries the details of a status, as bytes. */
export const STATUS_DETAILS_KEY = 'grpc-status-details-bin';

/** Why an agent was refused: it tells the agent whether to attest anew, to give up or to come back later. */
export type PermissionDeniedReason = keyof typeof REASONS;

/** A status with what a program may want to know of it beside the code. */
export interface StatusDetails {
  /** The gRPC status code, equal to that of the call. */
  readonly code: number;
  /** Equal to that of the call. */
  readonly message: string;
  /** Sent as spire.api.types.PermissionDeniedDetails. */
  readonly reason?: PermissionDeniedReason | undefined;
  /** Sent as google.rpc.ErrorInfo. */
  readonly errorInfo?: ErrorInfo | undefined;
}

/** What the trailer said; a reason that is not known to this version is UNKNOWN. */
export interface DecodedStatusDetails extends StatusDetails {
  readonly errorInfo?: ErrorInfo__Output | undefined;
}

const TYPE_URL = 'type.googleapis.com/';

/** The value of the trailer: a google.rpc.Status. */
export function encodeStatusDetails({ code, message, reason, errorInfo }: StatusDetails): Buffer {
  const details = [];
  if (reason !== undefined)
    details.push(pack('spire.api.types.PermissionDeniedDetails', { reason }));
  if (errorInfo !== undefined) details.push(pack('google.rpc.ErrorInfo', errorInfo));
  return messageCodec('google.rpc.Status').encode({ code, message, details });
}

/** Reads the trailer; undefined when the bytes are no google.rpc.Status. Details of other types are passed over. */
export function decodeStatusDetails(bytes: Uint8Array): DecodedStatusDetails | undefined {
  try {
    const status = messageCodec('google.rpc.Status').decode(bytes);
    const denied = unpack('spire.api.types.PermissionDeniedDetails', status);
    return {
      code: status.code,
      message: status.message,
      reason: denied && knownReason(denied.reason),
      errorInfo: unpack('google.rpc.ErrorInfo', status),
    };
  } catch {
    return undefined; // the call's own status still stands
  }
}

function knownReason(reason: string | number): PermissionDeniedReason {
  return typeof reason === 'string' && Object.hasOwn(REASONS, reason)
    ? (reason as PermissionDeniedReason)
    : 'UNKNOWN';
}

function pack<N extends MessageName>(name: N, message: MessageInput<N>) {
  return { type_url: TYPE_URL + name, value: messageCodec(name).encode(message) };
}

function unpack<N extends MessageName>(
  name: N,
  status: Status__Output,
): MessageOutput<N> | undefined {
  // Only what follows the last slash names the type.
  const detail = status.details.find(
    ({ type_url }) => type_url.slice(type_url.lastIndexOf('/') + 1) === name,
  );
  return detail && messageCodec(name).decode(detail.value);
}
