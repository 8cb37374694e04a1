import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { holdDataDirectory } from '../../runtime/data-directory.ts';
import { startNode } from '../support/child.ts';
import type { Child } from '../support/child.ts';
import { temporaryDirectory } from '../support/socket-path.ts';

const SOURCE = new URL('../../runtime/data-directory.ts', import.meta.url).href;
/** Holds the directory until it is ended, or says why not. */
const HOLD = `import('${SOURCE}').then(async ({ holdDataDirectory }) => {
  try {
    globalThis.lock = await holdDataDirectory(process.argv.at(-1));
    console.log('holds');
  } catch (error) {
    console.log(error.code);
  }
  process.stdin.resume();
})`;

interface Teardown {
  teardown(cleanUp: () => unknown): unknown;
}

function holder(t: Teardown, directory: string): Child {
  const child = startNode(HOLD, { args: [directory] });
  t.teardown(() => child.kill());
  return child;
}

t.test('a missing one is made, for this user alone', async (t) => {
  const directory = join(temporaryDirectory(t), 'a', 'b');
  await using lock = await holdDataDirectory(directory);
  t.ok(lock);
  t.equal(statSync(directory).mode & 0o7777, 0o700);
});

t.test('one process works in it, and the next is told which', async (t) => {
  const directory = temporaryDirectory(t);
  const child = holder(t, directory);
  t.equal(await child.line(), 'holds');
  for (let attempts = 0; attempts < 2; attempts++) {
    await t.rejects(holdDataDirectory(directory), {
      code: 'DIRECTORY_IN_USE',
      message: new RegExp(`${directory} \\(stop process ${child.pid}, or choose another`),
    });
  }
});

t.test('a process that is stopped still works in it', async (t) => {
  const directory = temporaryDirectory(t);
  const child = holder(t, directory);
  await child.line();
  process.kill(child.pid, 'SIGSTOP');
  await t.rejects(holdDataDirectory(directory), { code: 'DIRECTORY_IN_USE' });
});

t.test('kill -9 lets go of it at once, and what it leaves misleads nobody', async (t) => {
  const directory = temporaryDirectory(t);
  const first = holder(t, directory);
  await first.line();
  await first.kill();
  t.ok(existsSync(join(directory, 'lock')));
  const second = holder(t, directory);
  t.equal(await second.line(), 'holds');
  await t.rejects(holdDataDirectory(directory), {
    message: new RegExp(`stop process ${second.pid},`),
  });
});

t.test('of many that start at once, one gets it', async (t) => {
  const directory = temporaryDirectory(t);
  const children = Array.from({ length: 5 }, () => holder(t, directory));
  const answers = await Promise.all(children.map((child) => child.line()));
  t.strictSame(answers.sort(), [...Array<string>(4).fill('DIRECTORY_IN_USE'), 'holds']);
});

t.test('who lets go of it leaves nothing', async (t) => {
  const directory = temporaryDirectory(t);
  {
    await using lock = await holdDataDirectory(directory);
    t.ok(lock);
  }
  t.notOk(existsSync(join(directory, 'lock')));
  await using again = await holdDataDirectory(directory);
  t.ok(again);
});

t.test('a directory that others can write to is refused, and not held', async (t) => {
  const directory = temporaryDirectory(t);
  chmodSync(directory, 0o777);
  await t.rejects(holdDataDirectory(directory), { code: 'DIRECTORY_UNSAFE' });
  t.notOk(existsSync(join(directory, 'lock')));
});

t.test('something else in the place of the lock is told', async (t) => {
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, 'lock'));
  await t.rejects(holdDataDirectory(directory), { code: 'FILE_NOT_WRITTEN', message: /EISDIR/ });
});
