import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A Node.js process that a test started and whose output it reads line by line. */
export interface Child {
  readonly pid: number;
  /** The next line of its output; fails when it ends without one. */
  line(): Promise<string>;
  send(line: string): void;
  kill(): Promise<void>;
  /** Resolves with its exit code once it has ended and been reaped. */
  ended(): Promise<number | null>;
}

export interface StartOptions {
  readonly args?: readonly string[];
  readonly wrapper?: readonly string[];
}

/** Runs a piece of CommonJS with `args` behind it in `process.argv`, before it the words of `wrapper` (`runuser …`). */
export function startNode(script: string, options: StartOptions = {}): Child {
  const { args = [], wrapper = [] } = options;
  const node = [process.execPath, '--conditions=vouchsafe-source', '-e', script, '--', ...args];
  const [command, ...rest] = [...wrapper, ...node];
  return follow(spawn(command!, rest, { stdio: ['pipe', 'pipe', 'inherit'] }));
}

function follow(process: ChildProcess): Child {
  const exit = once(process, 'exit') as Promise<[number | null]>;
  const lines = createInterface({ input: process.stdout! })[Symbol.asyncIterator]();
  return {
    pid: process.pid!,
    line: async () => {
      const { value, done } = await lines.next();
      if (done === true) throw new Error('the child ended without another line');
      return value;
    },
    send: (line) => process.stdin!.write(`${line}\n`),
    kill: async () => {
      process.kill('SIGKILL');
      await exit;
    },
    ended: async () => (await exit)[0],
  };
}
