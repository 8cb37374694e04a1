import { status } from '@grpc/grpc-js';

/** The name of a gRPC status code. */
export const statusName = (code: number): string => status[code] ?? `status ${code}`;
