import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './sources.ts';

const run = promisify(execFile);
/** Longer than a download of all dependencies takes. */
const TIMEOUT_MS = 300_000;
const SQLITE = 'node_modules/sqlite3/build/Release/node_sqlite3.node';

export interface PackedFile {
  readonly path: string;
  readonly size: number;
  readonly mode: number;
}

/** What `npm publish` would send of one package. */
export interface PackedPackage {
  readonly name: string;
  readonly tarball: string;
  readonly files: readonly PackedFile[];
}

/** Runs npm as a user does: without what npm tells the scripts that it runs, and nothing asked or audited. */
export async function npm(directory: string, ...args: readonly string[]): Promise<string> {
  const isOfUser = ([name]: [string, unknown]): boolean =>
    !name.startsWith('npm_') || /^npm_config_(?:registry|cache|cafile|userconfig)$/.test(name);
  const { stdout } = await run('npm', [...args, '--no-audit', '--no-fund'], {
    cwd: directory,
    env: Object.fromEntries(Object.entries(process.env).filter(isOfUser)),
    timeout: TIMEOUT_MS,
    maxBuffer: 64 << 20,
  });
  return stdout;
}

/** Builds and packs every package of ours. */
export async function packAll(directory: string): Promise<readonly PackedPackage[]> {
  await run(process.execPath, [join(ROOT, 'bin', 'build.ts')], { timeout: TIMEOUT_MS });
  const output = await npm(
    ROOT,
    ...['pack', '--json', '--ignore-scripts', '--pack-destination', directory],
    ...['--workspaces', '--include-workspace-root'],
  );
  const packed = JSON.parse(output) as (PackedPackage & { readonly filename: string })[];
  return packed.map(({ name, filename, files }) => ({
    name,
    files,
    tarball: join(directory, filename),
  }));
}

/**
 * Installs packages as `npm install --global` does and returns where the command lies. SQLite, which npm compiles for
 * minutes, is the one that npm compiled here: the same release of it.
 */
export async function installGlobally(
  prefix: string,
  packages: readonly PackedPackage[],
): Promise<string> {
  const tarballs = packages.map(({ tarball }) => tarball);
  await npm(
    prefix,
    ...['install', '--global', '--prefix', prefix, '--ignore-scripts', '--prefer-offline'],
    ...tarballs,
  );
  const sqlite = join(prefix, 'lib/node_modules/vouchsafe', SQLITE);
  mkdirSync(dirname(sqlite), { recursive: true });
  copyFileSync(join(ROOT, SQLITE), sqlite);
  return join(prefix, 'bin', 'vouchsafe');
}
