import { parseWorkloadEndpoint } from '@vouchsafe/pki/workload-endpoint';
import { ClientError } from './errors.ts';

/** The variable that says where the Workload API is (Workload Endpoint §4). */
export const ENDPOINT_VARIABLE = 'SPIFFE_ENDPOINT_SOCKET';

/**
 * The Workload API as gRPC names it: where `socket` says, a URI such as `unix:///run/agent.sock` or an absolute path;
 * else where SPIFFE_ENDPOINT_SOCKET of `env` says.
 * @throws ClientError CLIENT_NO_ENDPOINT; PkiError PKI_ENDPOINT_*
 */
export function workloadTarget(
  socket: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (socket?.startsWith('/') === true) return `unix:${socket}`;
  const uri = socket ?? env[ENDPOINT_VARIABLE] ?? '';
  if (uri === '') throw new ClientError('CLIENT_NO_ENDPOINT');
  const endpoint = parseWorkloadEndpoint(uri);
  if (endpoint.kind === 'unix') return `unix:${endpoint.path}`;
  const { host, port } = endpoint;
  return host.includes(':') ? `ipv6:[${host}]:${port}` : `ipv4:${host}:${port}`;
}
