import { status } from '@grpc/grpc-js';
import type { Status } from '@vouchsafe/proto/gen/spire/api/types/Status';
import { toRpcError } from '../../../runtime/rpc/status.ts';

/** What became of one item of a batch, when it went well. */
export const OK: Status = { code: status.OK, message: 'OK' };

export function encodeFailure(error: unknown): Status {
  const { code, message } = toRpcError(error);
  return { code, message };
}
