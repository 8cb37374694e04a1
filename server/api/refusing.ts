import { invalidArgument } from '../../runtime/rpc/status.ts';

/** What `decode` makes of something the client sent; its refusal becomes INVALID_ARGUMENT with this text before it. */
export function refusing<T>(message: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw invalidArgument(message, error);
  }
}
