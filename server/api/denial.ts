import { Metadata, status } from '@grpc/grpc-js';
import { STATUS_DETAILS_KEY, encodeStatusDetails } from '@vouchsafe/proto/status-details';
import type { PermissionDeniedReason } from '@vouchsafe/proto/status-details';
import { permissionDenied } from '../../runtime/rpc/status.ts';
import type { RpcError } from '../../runtime/rpc/status.ts';

/** A PERMISSION_DENIED with a reason that agents act on, in the details of the status. */
export function denial(message: string, reason: PermissionDeniedReason): RpcError {
  const metadata = new Metadata();
  const details = encodeStatusDetails({ code: status.PERMISSION_DENIED, message, reason });
  metadata.set(STATUS_DETAILS_KEY, details);
  return permissionDenied(message, metadata);
}
