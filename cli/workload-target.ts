import { PkiError } from '@vouchsafe/pki/errors';
import { parseWorkloadEndpoint } from '@vouchsafe/pki/workload-endpoint';
import type { Address } from '../runtime/address.ts';
import { socketAddress } from './connect.ts';
import type { Target } from './connect.ts';
import { CliError } from './errors.ts';
import type { Terminal } from './terminal.ts';

const VARIABLE = 'SPIFFE_ENDPOINT_SOCKET';

/**
 * The Workload API: where `--socket` says, else where SPIFFE_ENDPOINT_SOCKET says, else where our agent has it.
 * @throws CliError CLI_USAGE when either says it wrongly
 */
export async function workloadTarget(
  socket: string | undefined,
  terminal: Terminal,
): Promise<Target> {
  return { daemon: 'agent', address: await workloadAddress(socket, terminal) };
}

async function workloadAddress(socket: string | undefined, terminal: Terminal): Promise<Address> {
  if (socket !== undefined && !/^(unix|tcp):/i.test(socket)) {
    return socketAddress('agent', socket, terminal);
  }
  if (socket !== undefined) return parseEndpoint('--socket', socket);
  const { [VARIABLE]: uri = '' } = terminal.env;
  return uri === '' ? socketAddress('agent', undefined, terminal) : parseEndpoint(VARIABLE, uri);
}

function parseEndpoint(source: string, uri: string): Address {
  try {
    return parseWorkloadEndpoint(uri);
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    throw new CliError('CLI_USAGE', `${source} is '${uri}', but ${error.message}`, {
      cause: error,
    });
  }
}
