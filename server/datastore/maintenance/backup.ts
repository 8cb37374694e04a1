import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readBoundedFile } from '../../../runtime/bounded-file.ts';
import { RuntimeError, describeError, systemCode } from '../../../runtime/errors.ts';
import { readPrivateFile, syncDirectory, writeDurably } from '../../../runtime/private-file.ts';
import { serverIdFile } from '../open.ts';
import { dump } from './dump.ts';
import type { Dumped } from './dump.ts';
import { MaintenanceError } from './errors.ts';
import { openMaintained } from './open.ts';
import type { MaintainedConfig } from './open.ts';

export const KEYS = 'keys.json';
export const SERVER_ID = 'server-id';
export const DATABASE = 'database.jsonl';
const MANIFEST = 'backup.json';
const MODE = 0o600;
/** A key is made some times a day. */
const MAX_ATTEMPTS = 3;
const BUFFER_BYTES = 1 << 16;
const MAX_MANIFEST_BYTES = 1 << 16;

const manifest = z.strictObject({
  format: z.literal('vouchsafe-backup'),
  version: z.literal(1),
  created_at: z.string(),
  /** SHA-256 in hex, by file. */
  files: z.partialRecord(z.enum([DATABASE, KEYS, SERVER_ID]), z.string()),
});

export type BackupManifest = z.output<typeof manifest>;

interface BackupOptions {
  /** Made by this; it must not hold anything yet. */
  readonly directory: string;
  readonly now: Date;
  readonly databasePassword: string | undefined;
}

/**
 * Copies all that makes a server what it is into a directory: its database as it was at one moment, and its keys. The server
 * may be running. What is in the directory signs for the trust domain.
 * @throws MaintenanceError, DatastoreError, RuntimeError
 */
export async function backUp(config: MaintainedConfig, options: BackupOptions): Promise<Dumped> {
  const { directory, now, databasePassword } = options;
  await makeEmpty(directory);
  const database = await openMaintained(config, { databasePassword, readOnly: true });
  const target = join(directory, DATABASE);
  const keysOf = () => readPrivateFile(join(config.data_dir, KEYS));
  try {
    for (let attempt = 1; ; attempt++) {
      const before = await keysOf();
      const dumped = await writeLines(target, (write) => dump(database, { now, write }));
      const keys = await keysOf();
      // A key that was made in between is of an authority that this database does not know, or knows without its key.
      if (!isSame(before, keys)) {
        await rm(target);
        if (attempt < MAX_ATTEMPTS) continue;
        throw new MaintenanceError('MAINTENANCE_KEYS_CHANGED', `${MAX_ATTEMPTS} times in a row`);
      }
      const serverId = await readPrivateFile(serverIdFile(config.data_dir));
      await seal(directory, { [KEYS]: keys, [SERVER_ID]: serverId }, now);
      return dumped;
    }
  } finally {
    await database.close();
  }
}

async function makeEmpty(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if ((await readdir(directory)).length === 0) return;
  throw new MaintenanceError('MAINTENANCE_TARGET_TAKEN', `${directory} is not empty`);
}

const isSame = (a: Buffer | undefined, b: Buffer | undefined): boolean =>
  a === undefined || b === undefined ? a === b : a.equals(b);

/** What is not described is not there: the manifest comes last. */
async function seal(
  directory: string,
  copies: Readonly<Partial<Record<typeof KEYS | typeof SERVER_ID, Buffer | undefined>>>,
  now: Date,
): Promise<void> {
  const files: Partial<Record<string, string>> = {
    [DATABASE]: await hashOf(join(directory, DATABASE)),
  };
  for (const [name, content] of Object.entries(copies)) {
    if (content === undefined) continue;
    await writeDurably(join(directory, name), content, MODE);
    files[name] = createHash('sha256').update(content).digest('hex');
  }
  const described = {
    format: 'vouchsafe-backup',
    version: 1,
    created_at: now.toISOString(),
    files,
  };
  await writeDurably(
    join(directory, MANIFEST),
    `${JSON.stringify(described, undefined, 2)}\n`,
    MODE,
  );
  await syncDirectory(directory);
}

/** Writes lines to a new file that only this user reads; what they are is on disk when this resolves. */
export async function writeLines<T>(
  path: string,
  produce: (write: (line: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  const failed = (cause: unknown): never => {
    if (systemCode(cause) === 'EEXIST') {
      throw new MaintenanceError('MAINTENANCE_TARGET_TAKEN', path, { cause });
    }
    throw new RuntimeError('FILE_NOT_WRITTEN', `${path}: ${describeError(cause)}`, { cause });
  };
  const file = await open(path, 'wx', MODE).catch(failed);
  let buffered = '';
  const flush = async (): Promise<void> => {
    await file.appendFile(buffered).catch(failed);
    buffered = '';
  };
  try {
    const result = await produce(async (line) => {
      buffered += line;
      if (buffered.length >= BUFFER_BYTES) await flush();
    });
    await flush();
    await file.sync().catch(failed);
    return result;
  } catch (error) {
    await rm(path, { force: true }); // half of a dump is none
    throw error;
  } finally {
    await file.close();
  }
}

/** What a backup holds, every file of it as it was written. @throws MaintenanceError */
export async function checkBackup(directory: string): Promise<BackupManifest> {
  const described = await readManifest(directory);
  for (const [name, hash] of Object.entries(described.files)) {
    const found = await hashOf(join(directory, name)).catch((cause: unknown) => {
      throw unusable(directory, describeError(cause), cause);
    });
    if (found !== hash) throw unusable(directory, `${name} is not as it was written`);
  }
  if (described.files[DATABASE] !== undefined) return described;
  throw unusable(directory, 'it has no database');
}

async function readManifest(directory: string): Promise<BackupManifest> {
  try {
    const bytes = await readBoundedFile(join(directory, MANIFEST), MAX_MANIFEST_BYTES);
    return manifest.parse(JSON.parse(bytes.toString('utf8')));
  } catch (cause) {
    const why =
      cause instanceof z.ZodError
        ? `${MANIFEST} is not that of this release`
        : describeError(cause);
    throw unusable(directory, why, cause);
  }
}

const unusable = (directory: string, why: string, cause?: unknown): MaintenanceError =>
  new MaintenanceError('MAINTENANCE_BACKUP_INVALID', `${directory}: ${why}`, { cause });

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await using file = await open(path);
  for await (const chunk of file.createReadStream({ autoClose: false }))
    hash.update(chunk as Buffer);
  return hash.digest('hex');
}
