import {
  existsSync,
  readFileSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { lockFile } from '../../runtime/file-lock.ts';
import { startNode } from '../support/child.ts';
import { temporaryDirectory } from '../support/socket-path.ts';

const SOURCE = new URL('../../runtime/file-lock.ts', import.meta.url).href;

t.test('one holds it, and when that one lets go the next can', async (t) => {
  const path = join(temporaryDirectory(t), 'lock');
  {
    await using first = await lockFile(path);
    t.equal(first?.path, path);
    t.equal(statSync(path).mode & 0o7777, 0o600);
    t.equal(await lockFile(path), undefined, 'also not for the same process');
  }
  t.notOk(existsSync(path), 'nothing is left');
  await using second = await lockFile(path);
  t.ok(second);
});

t.test('it ends with the process that held it, killed too', async (t) => {
  const path = join(temporaryDirectory(t), 'lock');
  const child = startNode(
    `import('${SOURCE}').then(async ({ lockFile }) => {
       globalThis.lock = await lockFile(process.argv.at(-1));
       console.log('locked');
       process.stdin.resume();
     });`,
    { args: [path] },
  );
  t.teardown(() => child.kill());
  await child.line();
  t.equal(await lockFile(path), undefined);
  await child.kill();
  t.ok(existsSync(path), 'the file is left');
  await using lock = await lockFile(path);
  t.ok(lock);
});

t.test('a file that somebody else removed meanwhile is no failure', async (t) => {
  const path = join(temporaryDirectory(t), 'lock');
  {
    await using lock = await lockFile(path);
    t.ok(lock);
    unlinkSync(path);
  }
  t.notOk(existsSync(path));
});

t.test('a link is not followed', async (t) => {
  const directory = temporaryDirectory(t);
  const [path, target] = [join(directory, 'lock'), join(directory, 'precious')];
  writeFileSync(target, 'content');
  symlinkSync(target, path);
  await t.rejects(lockFile(path), { code: 'ELOOP' });
  t.equal(readFileSync(target, 'utf8'), 'content');
});
