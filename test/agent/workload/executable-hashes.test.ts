import t from 'tap';
import type { Test } from 'tap';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, copyFileSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { ExecutableHashes } from '../../../agent/workload/executable-hashes.ts';
import { readExecutable } from '../../../agent/workload/executable.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

const sha256 = (path: string): string =>
  createHash('sha256').update(readFileSync(path)).digest('hex');

async function run(t: Test, path: string) {
  const child = spawn(path, ['60']);
  await once(child, 'spawn');
  t.teardown(() => child.kill('SIGKILL'));
  return child.pid!;
}

t.test('hashes what runs, without holding up the event loop', async (t) => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  const own = readExecutable(process.pid)!;
  const hashes = new ExecutableHashes();
  delay.enable();
  const [first, again] = await Promise.all([
    hashes.hash(process.pid, own),
    hashes.hash(process.pid, own),
  ]);
  delay.disable();
  t.equal(first, sha256(process.execPath));
  t.equal(again, first);
  t.ok(delay.percentile(99) < 20e6, `p99 ${delay.percentile(99) / 1e6} ms`);
});

t.test('T-25: reads each program once, however many ask', async (t) => {
  const own = readExecutable(process.pid)!;
  const hashes = new ExecutableHashes();
  const expected = await hashes.hash(process.pid, own);
  // Only what is remembered can be told of a process that does not exist.
  t.equal(await hashes.hash(2 ** 22 + 1, own), expected);
  await t.rejects(hashes.hash(2 ** 22 + 1, { ...own, changedNs: 0n }));
});

t.test('T-06: refuses when the process runs another program by now', async (t) => {
  const path = join(realpathSync(temporaryDirectory(t)), 'sleep');
  copyFileSync('/bin/sleep', path);
  const sleep = await run(t, path);
  const other = readExecutable(process.pid)!;
  await t.rejects(new ExecutableHashes().hash(sleep, other), /replaced/);
  const before = readExecutable(sleep)!;
  t.equal(await new ExecutableHashes().hash(sleep, before), sha256(path));
});

t.test('T-25: works off any number of programs, two at a time', async (t) => {
  const directory = realpathSync(temporaryDirectory(t));
  const hashes = new ExecutableHashes();
  const paths = Array.from({ length: 6 }, (_, i) => join(directory, `sleep-${i}`));
  const answers = await Promise.all(
    paths.map(async (path, i) => {
      copyFileSync('/bin/sleep', path);
      appendFileSync(path, `variant ${i}`);
      const pid = await run(t, path);
      return hashes.hash(pid, readExecutable(pid)!);
    }),
  );
  t.strictSame(answers, paths.map(sha256));
});
