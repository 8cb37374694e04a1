import { Option } from 'commander';
import { textFlag } from './flag-values.ts';

/** Of everything that talks to a server as its administrator. */
export const adminSocketOption = (): Option =>
  new Option('--socket <PATH>', 'administration socket of the server').argParser(textFlag);

/** Of everything that talks to an agent as a workload. */
export const workloadSocketOption = (): Option =>
  new Option(
    '--socket <PATH>',
    'socket of the Workload API: a path, or as in SPIFFE_ENDPOINT_SOCKET, which is the default',
  ).argParser(textFlag);

/** Of everything that asks an agent about the processes of its host. */
export const agentAdminSocketOption = (): Option =>
  new Option('--agent-socket <PATH>', 'administration socket of the agent').argParser(textFlag);
