import { join, resolve } from 'node:path';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { MAX_UNIX_PATH_BYTES } from '../../runtime/address.ts';
import { ensureDirectory } from '../../runtime/directory.ts';
import { lockFile } from '../../runtime/file-lock.ts';
import { readPrivateFile, writePrivateFile } from '../../runtime/private-file.ts';
import { connectError } from '../connect.ts';
import { defaultDataDirectory } from '../default-paths.ts';
import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';

const DEFAULT_TRUST_DOMAIN = 'vouchsafe.local';
const TRUST_DOMAIN_FILE = 'trust-domain';

/** A directory in which `vouchsafe up` keeps everything, so that it can go on there. */
export interface Place {
  readonly directory: string;
  readonly trustDomain: TrustDomain;
  /** Where the server is administered. */
  readonly adminSocket: string;
  /** Where the agent finds the server: no port is taken, and nobody else gets in. */
  readonly serverSocket: string;
  /** The Workload API. */
  readonly workloadSocket: string;
  /** Where the agent says why a process is given an identity or not. */
  readonly agentAdminSocket: string;
  /** What the agent knows the server by the first time. */
  readonly bundleFile: string;
  readonly fileOf: (name: string) => string;
}

export interface PlaceFlags {
  readonly dir?: string;
  readonly trustDomain?: TrustDomain;
}

/**
 * Opens the directory, new or used before, for nobody else until `closing` lets go of it.
 * @throws CliError CLI_UP_BUSY, CLI_UP_OTHER_TRUST_DOMAIN, CLI_USAGE; RuntimeError DIRECTORY_UNSAFE
 */
export async function openPlace(
  flags: PlaceFlags,
  terminal: Terminal,
  closing: AsyncDisposableStack,
): Promise<Place> {
  const chosen = flags.dir ?? defaultDataDirectory(terminal, 'up');
  if (chosen === undefined) {
    throw new CliError('CLI_USAGE', 'this user has no home directory: say where with --dir');
  }
  const directory = resolve(chosen);
  const fileOf = (name: string): string => join(directory, name);
  const sockets = {
    adminSocket: fileOf('admin.sock'),
    serverSocket: fileOf('server.sock'),
    workloadSocket: fileOf('agent.sock'),
    agentAdminSocket: fileOf('agent-admin/api.sock'),
  };
  checkLengths(Object.values(sockets));
  await ensureDirectory(directory, 0o700);
  const lock = await lockFile(fileOf('lock'));
  if (lock !== undefined) closing.use(lock);
  const answer = await connectError({ kind: 'unix', path: sockets.adminSocket });
  if (lock === undefined || answer === undefined) {
    const remedy = 'Use what runs there, stop it, or choose another --dir.';
    throw new CliError('CLI_UP_BUSY', directory, { remedy });
  }
  const trustDomain = await openTrustDomain(fileOf(TRUST_DOMAIN_FILE), flags.trustDomain);
  return { directory, trustDomain, ...sockets, bundleFile: fileOf('bundle.pem'), fileOf };
}

function checkLengths(paths: readonly string[]): void {
  const long = paths.find((path) => Buffer.byteLength(path) > MAX_UNIX_PATH_BYTES);
  if (long === undefined) return;
  const what = `the path of a socket would be longer than ${MAX_UNIX_PATH_BYTES} bytes: ${long}`;
  throw new CliError('CLI_USAGE', `${what}\nChoose a --dir with a shorter path.`);
}

async function openTrustDomain(
  file: string,
  wanted: TrustDomain | undefined,
): Promise<TrustDomain> {
  const content = await readPrivateFile(file);
  if (content === undefined) {
    const chosen = wanted ?? TrustDomain.of(DEFAULT_TRUST_DOMAIN);
    await writePrivateFile(file, `${chosen.name}\n`);
    return chosen;
  }
  const kept = TrustDomain.of(content.toString('utf8').trim());
  if (wanted === undefined || wanted.equals(kept)) return kept;
  throw new CliError('CLI_UP_OTHER_TRUST_DOMAIN', `${file} says ${kept.name}, not ${wanted.name}`, {
    remedy: `Leave --trust-domain out to go on with ${kept.name}, or choose another --dir.`,
  });
}
