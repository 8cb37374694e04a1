import type { Logger__Output } from '@vouchsafe/proto/gen/spire/api/types/Logger';
import { toProtoJson } from '@vouchsafe/proto/json';
import type { LogLevel } from '../../runtime/log-level.ts';
import { adminTarget, withConnection } from '../connect.ts';
import type { Connection } from '../connect.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import type { Invocation } from '../verb.ts';

interface LoggerFlags {
  readonly socket?: string;
  readonly output?: OutputFormat;
}

interface SetLogLevelFlags extends LoggerFlags {
  readonly level: LogLevel;
}

export async function getLogLevel(flags: LoggerFlags, { terminal }: Invocation): Promise<void> {
  await ask(flags, terminal, (connection) => connection.unary('serverLogger', 'GetLogger', {}));
}

export async function setLogLevel(
  flags: SetLogLevelFlags,
  { terminal }: Invocation,
): Promise<void> {
  const request = { new_level: NAMES[flags.level] };
  await ask(flags, terminal, (connection) =>
    connection.unary('serverLogger', 'SetLogLevel', request),
  );
}

export async function resetLogLevel(flags: LoggerFlags, { terminal }: Invocation): Promise<void> {
  await ask(flags, terminal, (connection) => connection.unary('serverLogger', 'ResetLogLevel', {}));
}

const NAMES = {
  trace: 'TRACE',
  debug: 'DEBUG',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
  fatal: 'FATAL',
} as const satisfies Record<LogLevel, string>;

async function ask(
  { socket, output }: LoggerFlags,
  terminal: Terminal,
  call: (connection: Connection) => Promise<Logger__Output>,
): Promise<void> {
  const response = await withConnection(await adminTarget(socket, terminal), call);
  const json = toProtoJson('spire.api.types.Logger', response);
  const levels = [response.current_level, response.launch_level].map((name) => name.toLowerCase());
  const table = { columns: ['LEVEL', 'STARTED WITH'], rows: [levels] };
  await print(terminal.stdout, { json, table, plain: `${levels[0]!}\n` }, output);
}
