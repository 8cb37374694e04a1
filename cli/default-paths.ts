import { lstat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ensureDirectory, safetyProblem } from '../runtime/directory.ts';

/** Which of the two daemons. */
export type DaemonName = 'server' | 'agent';

/** Whose socket: the agent has one for workloads and one for who administers it. */
export type SocketName = DaemonName | 'agent-admin';

export interface PathsOf {
  readonly uid: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const SYSTEM_RUNTIME_DIRECTORY = '/run/vouchsafe';
const SYSTEM_DATA_DIRECTORY = '/var/lib/vouchsafe';

/**
 * Where the socket is of what this user runs: /run/vouchsafe/server/api.sock for root.
 * @throws RuntimeError DIRECTORY_UNSAFE
 */
export async function defaultSocketPath(of: PathsOf, daemon: SocketName): Promise<string> {
  return join(await runtimeDirectory(of), daemon, 'api.sock');
}

/** Where the socket is of what this host runs as root. */
export function systemSocketPath(daemon: SocketName): string {
  return join(SYSTEM_RUNTIME_DIRECTORY, daemon, 'api.sock');
}

/**
 * Where this user's daemons keep their data: /var/lib/vouchsafe/server for root. Undefined for a user without a home, as
 * containers and services have them.
 */
export function defaultDataDirectory(
  { uid, env }: PathsOf,
  name: DaemonName | 'up',
): string | undefined {
  if (uid === 0) return join(SYSTEM_DATA_DIRECTORY, name);
  const { XDG_DATA_HOME: dataHome, HOME: home = homeOfUser() } = env;
  if (isUsable(dataHome)) return join(dataHome, 'vouchsafe', name);
  return isUsable(home) ? join(home, '.local/share/vouchsafe', name) : undefined;
}

/** As the password file has it. */
function homeOfUser(): string | undefined {
  try {
    return homedir();
  } catch {
    return undefined; // this user has no line in it
  }
}

/**
 * The directory above this user's sockets. XDG_RUNTIME_DIR is the user's by definition, but survives `su` and `sudo -E`:
 * somebody else's is passed over.
 */
async function runtimeDirectory({ uid, env }: PathsOf): Promise<string> {
  if (uid === 0) return SYSTEM_RUNTIME_DIRECTORY;
  const { XDG_RUNTIME_DIR: runtime, HOME: home = homeOfUser(), TMPDIR: temporary = '/tmp' } = env;
  if (isUsable(runtime) && (await isPrivate(runtime, uid))) return join(runtime, 'vouchsafe');
  if (isUsable(home) && (await isPrivate(home, uid)))
    return join(home, '.local/share/vouchsafe/run');
  const shared = join(temporary, `vouchsafe-${uid}`);
  await ensureDirectory(shared, 0o700); // refused if another user was there first
  return shared;
}

const isUsable = (path: string | undefined): path is string =>
  path !== undefined && isAbsolute(path) && path !== '/';

/** Whether a directory is this user's own, and nobody else can put anything into it. */
async function isPrivate(path: string, uid: number): Promise<boolean> {
  try {
    const stat = await lstat(path);
    const { mode } = stat;
    const problem = safetyProblem({ isDirectory: stat.isDirectory(), uid: stat.uid, mode }, uid);
    return stat.uid === uid && problem === undefined;
  } catch {
    return false; // not there, or not to be looked at: the next candidate is taken
  }
}
