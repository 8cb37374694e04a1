import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));

interface Teardown {
  teardown(cleanUp: () => Promise<void>): unknown;
}

/** The real command in a process of its own. */
export interface CliProcess {
  readonly pid: number;
  /** All of its output so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves once what it has printed, on either stream, matches; fails when it ends without that. */
  printed(pattern: RegExp): Promise<void>;
  signal(name: NodeJS.Signals): void;
  /** Resolves to its exit code, or the signal that killed it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Whose process it is, with no other groups; only root may say so. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/** Starts `vouchsafe` with these arguments; it goes with the test. */
export function startCli(
  t: Teardown,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): CliProcess {
  const command = process.execPath;
  return startProcess(t, { command, args: ['--conditions=vouchsafe-source', MAIN, ...args], env });
}

/** Starts any program, with nothing of this process's environment but the path; it goes with the test. */
export function startProcess(
  t: Teardown,
  { command, args, env, user }: ProcessOptions,
): CliProcess {
  const { PATH = '' } = process.env;
  const child = spawn(command, args, {
    env: { PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...user,
  });
  const written = { stdout: '', stderr: '' };
  const changed = new EventTarget();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      written[name] += text;
      changed.dispatchEvent(new Event('change'));
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => {
    changed.dispatchEvent(new Event('change'));
    return (code ?? signal) as number | NodeJS.Signals;
  });
  t.teardown(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const all = (): string => written.stdout + written.stderr;
  return {
    pid: child.pid!,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    printed: async (pattern) => {
      while (!pattern.test(all())) {
        const end = child.exitCode ?? child.signalCode;
        if (end !== null) throw new Error(`ended with ${end}: ${all()}`);
        await once(changed, 'change');
      }
    },
    signal: (name) => void child.kill(name),
    ended,
  };
}
