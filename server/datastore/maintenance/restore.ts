import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Clock } from '../../../runtime/clock.ts';
import { holdDataDirectory } from '../../../runtime/data-directory.ts';
import type { Log } from '../../../runtime/log.ts';
import { RuntimeError, describeError } from '../../../runtime/errors.ts';
import { readPrivateFile, writePrivateFile } from '../../../runtime/private-file.ts';
import { openDatastore } from '../open.ts';
import { DATABASE, KEYS, SERVER_ID, checkBackup } from './backup.ts';
import type { Dumped } from './dump.ts';
import { MaintenanceError } from './errors.ts';
import { checkEmpty, load } from './load.ts';
import { openMaintained } from './open.ts';
import type { MaintainedConfig } from './open.ts';

interface RestoreDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly databasePassword: string | undefined;
}

/**
 * Makes an empty data directory and an empty database what they were when the backup was made. No server may be running.
 * @throws MaintenanceError, DatastoreError, RuntimeError
 */
export async function restore(
  config: MaintainedConfig,
  directory: string,
  deps: RestoreDeps,
): Promise<Dumped> {
  const { files } = await checkBackup(directory);
  const copies = ([KEYS, SERVER_ID] as const).filter((name) => files[name] !== undefined);
  return whileHeld(config, async () => {
    for (const name of copies) await checkFree(config, directory, name);
    await checkNothingThere(config, deps);
    // Before the database: a server that finds it has to find the keys of its authorities too.
    for (const name of copies) {
      const content = await readPrivateFile(join(directory, name));
      await writePrivateFile(join(config.data_dir, name), content!);
    }
    return fill(
      config,
      { lines: linesOf(() => createReadStream(join(directory, DATABASE))), isEarlier: true },
      deps,
    );
  });
}

/** Fills an empty database with a dump. No server may be running on the data directory. */
export function importDump(
  config: MaintainedConfig,
  lines: AsyncIterable<string>,
  deps: RestoreDeps,
): Promise<Dumped> {
  return whileHeld(config, () => fill(config, { lines, isEarlier: false }, deps));
}

/** Brings the schema up to date, and makes an empty database where there is none. */
export function migrateDatabase(config: MaintainedConfig, deps: RestoreDeps): Promise<void> {
  return whileHeld(config, () => makeSchema(config, deps));
}

async function whileHeld<T>(config: MaintainedConfig, work: () => Promise<T>): Promise<T> {
  const held = await holdDataDirectory(config.data_dir);
  try {
    return await work();
  } finally {
    await held[Symbol.asyncDispose]();
  }
}

async function makeSchema(config: MaintainedConfig, deps: RestoreDeps): Promise<void> {
  await (await openDatastore(config, deps)).close();
}

/** One that was cut short may be begun again. */
async function checkFree(config: MaintainedConfig, from: string, name: string): Promise<void> {
  const path = join(config.data_dir, name);
  const there = await readPrivateFile(path);
  if (there === undefined || there.equals((await readPrivateFile(join(from, name)))!)) return;
  throw new MaintenanceError('MAINTENANCE_TARGET_TAKEN', path);
}

async function checkNothingThere(config: MaintainedConfig, deps: RestoreDeps): Promise<void> {
  const options = { databasePassword: deps.databasePassword, readOnly: true };
  const database = await openMaintained(config, options).catch((error: unknown) => {
    if (error instanceof MaintenanceError && error.code === 'MAINTENANCE_NO_DATABASE') return;
    throw error;
  });
  if (database === undefined) return;
  try {
    await checkEmpty(database.db, database);
  } finally {
    await database.close();
  }
}

async function fill(
  config: MaintainedConfig,
  dump: Parameters<typeof load>[1],
  deps: RestoreDeps,
): Promise<Dumped> {
  const { databasePassword } = deps;
  await makeSchema(config, deps);
  const database = await openMaintained(config, { databasePassword, readOnly: false });
  try {
    return await load(database, dump);
  } finally {
    await database.close();
  }
}

/** Nothing is read before it is asked for: the lines that come before that would be lost. */
export async function* linesOf(open: () => Readable): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: open(), crlfDelay: Infinity });
  } catch (cause) {
    throw new RuntimeError('FILE_UNREADABLE', describeError(cause), { cause });
  }
}
