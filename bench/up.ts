// From nothing to a first identity: `vouchsafe up --exit` as installed, from its start to its exit, each time in an empty
// directory; then the same where it resumes. The target is 3 s.
// Run: node --conditions=vouchsafe-source bench/up.ts [RUNS [COMMAND]]; without COMMAND it packs and installs what is here
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installGlobally, packAll } from '../test/support/packages.ts';

const TARGET_S = 3;
const [runs = '5', given] = process.argv.slice(2);
const run = promisify(execFile);
const directory = realpathSync(mkdtempSync(join(tmpdir(), 'vs-up-')));

try {
  const command = given ?? (await install());
  const env = { PATH: '/usr/bin:/bin', HOME: directory };
  const time = async (dir: string): Promise<number> => {
    const start = performance.now();
    await run(command, ['up', '--exit', '--dir', join(directory, dir)], { env, cwd: directory });
    return (performance.now() - start) / 1000;
  };
  await time('warm-up'); // compiles, once per installation
  const first: number[] = [];
  const resumed: number[] = [];
  for (let round = 0; round < Number(runs); round++) {
    first.push(await time(String(round)));
    resumed.push(await time(String(round)));
  }
  console.log(`${cpus()[0]!.model.trim()}, ${cpus().length} cores; seconds, ${runs} runs each\n`);
  console.log('| vouchsafe up --exit | best | median | worst | target |');
  console.log('| --- | ---: | ---: | ---: | ---: |');
  print('in an empty directory', first);
  print('resumed', resumed);
} finally {
  rmSync(directory, { recursive: true });
}

async function install(): Promise<string> {
  const prefix = join(directory, 'prefix');
  mkdirSync(prefix);
  return installGlobally(prefix, await packAll(directory));
}

function print(what: string, seconds: readonly number[]): void {
  const sorted = seconds.toSorted((a, b) => a - b);
  const figures = [sorted[0]!, sorted[sorted.length >> 1]!, sorted.at(-1)!, TARGET_S];
  console.log(`| ${what} | ${figures.map((figure) => figure.toFixed(2)).join(' | ')} |`);
}
