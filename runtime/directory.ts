import { chmod, lstat, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RuntimeError, describeError, systemCode } from './errors.ts';

const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * Makes sure of a directory nobody else can plant files in. A missing one is created with `mode` (and its parents with
 * 0755); an existing one is checked and never changed, since it may be somebody's on purpose.
 * @throws RuntimeError DIRECTORY_UNSAFE, DIRECTORY_NOT_CREATED
 */
export async function ensureDirectory(path: string, mode: number): Promise<void> {
  const stat = (await statDirectory(path)) ?? (await createDirectory(path, mode));
  const problem = stat && safetyProblem(stat, process.geteuid!());
  if (problem !== undefined) throw new RuntimeError('DIRECTORY_UNSAFE', `${path} ${problem}`);
}

interface DirectoryStat {
  readonly isDirectory: boolean;
  readonly uid: number;
  readonly mode: number;
}

/** Why files of ours in this directory could be replaced by somebody else. */
export function safetyProblem(stat: DirectoryStat, euid: number): string | undefined {
  if (!stat.isDirectory) return 'is not a directory (a symbolic link is not followed)';
  if (stat.uid !== euid && stat.uid !== 0) return `belongs to user ${stat.uid}`;
  if ((stat.mode & WRITABLE_BY_OTHERS) !== 0 && (stat.mode & STICKY) === 0) {
    return `has mode ${(stat.mode & 0o7777).toString(8).padStart(4, '0')}: others can replace files in it (chmod go-w)`;
  }
  return undefined;
}

async function statDirectory(path: string): Promise<DirectoryStat | undefined> {
  try {
    const stat = await lstat(path);
    return { isDirectory: stat.isDirectory(), uid: stat.uid, mode: stat.mode };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new RuntimeError('DIRECTORY_UNSAFE', `${path}: ${describeError(error)}`, {
      cause: error,
    });
  }
}

/** Answers what is there when another process was faster. */
async function createDirectory(path: string, mode: number): Promise<DirectoryStat | undefined> {
  try {
    await createParents(dirname(path));
    await mkdir(path, { mode: 0o700 });
    await chmod(path, mode); // whatever the umask took away
    return undefined;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return statDirectory(path);
    throw new RuntimeError('DIRECTORY_NOT_CREATED', `${path}: ${describeError(error)}`, {
      cause: error,
    });
  }
}

/**
 * Passable for everybody, whatever the umask: workloads come through them to the agent's socket. (The `recursive` of
 * Node.js itself never returns where nothing can be created, as below /proc.)
 */
async function createParents(path: string): Promise<void> {
  if (await exists(path)) return;
  await createParents(dirname(path));
  try {
    await mkdir(path, { mode: 0o755 });
    await chmod(path, 0o755);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error; // made by another process meanwhile
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
