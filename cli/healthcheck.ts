import { withConnection } from './connect.ts';
import type { Target } from './connect.ts';
import { CliError } from './errors.ts';
import type { Terminal } from './terminal.ts';

/** Asks a daemon whether it can do its work. @throws CliError CLI_NOT_SERVING, CLI_SOCKET_*, CLI_CALL_FAILED */
export async function checkHealth(target: Target, { stdout }: Terminal): Promise<void> {
  const { status } = await withConnection(target, (connection) =>
    connection.unary('health', 'Check', { service: '' }),
  );
  if (status !== 'SERVING') {
    throw new CliError('CLI_NOT_SERVING', `the ${target.daemon} says ${status}`);
  }
  stdout.write(`the ${target.daemon} is healthy\n`);
}
