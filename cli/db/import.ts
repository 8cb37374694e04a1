import { constants, createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { importDump, linesOf } from '../../server/datastore/maintenance/restore.ts';
import { describeError } from '../../runtime/errors.ts';
import { CliError } from '../errors.ts';
import { STANDARD_INPUT } from '../read-input.ts';
import type { Invocation } from '../verb.ts';
import { datastoreDeps, readDatabaseConfig } from './config.ts';
import { summaryOf } from './summary.ts';

/** Before anything is made for it. */
async function checkReadable(file: string): Promise<void> {
  await access(file, constants.R_OK).catch((cause: unknown) => {
    throw new CliError('CLI_INPUT_UNREADABLE', `${file}: ${describeError(cause)}`, { cause });
  });
}

export async function importDatabase(_flags: object, invocation: Invocation): Promise<void> {
  const [file] = invocation.command.processedArgs as [string];
  const { stdin, stdout } = invocation.terminal;
  const config = await readDatabaseConfig(invocation);
  if (file !== STANDARD_INPUT) await checkReadable(file);
  const lines = linesOf(() =>
    file === STANDARD_INPUT ? Readable.from(stdin) : createReadStream(file),
  );
  const done = await importDump(config, lines, datastoreDeps(invocation));
  stdout.write(`imported ${summaryOf(done)}\n`);
}
