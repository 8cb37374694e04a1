import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { ensureDirectory, safetyProblem } from '../../runtime/directory.ts';
import { temporaryDirectory } from '../support/socket-path.ts';

const isRoot = process.geteuid!() === 0;
const modeOf = (path: string): number => statSync(path).mode & 0o7777;

t.test('a missing directory is created with its mode, whatever the umask', async (t) => {
  const directory = temporaryDirectory(t);
  const umask = process.umask(0o077);
  t.teardown(() => process.umask(umask));
  for (const mode of [0o700, 0o755, 0o770]) {
    const path = join(directory, `d${mode.toString(8)}`);
    await ensureDirectory(path, mode);
    t.equal(modeOf(path), mode);
  }
});

t.test('its parents are open to read, and no more, whatever the umask', async (t) => {
  const directory = temporaryDirectory(t);
  const before = process.umask(0);
  t.teardown(() => process.umask(before));
  for (const umask of [0, 0o077]) {
    process.umask(umask);
    const parent = join(directory, `u${umask}`);
    await ensureDirectory(join(parent, 'b', 'c'), 0o700);
    t.equal(modeOf(parent), 0o755);
    t.equal(modeOf(join(parent, 'b')), 0o755);
    t.equal(modeOf(join(parent, 'b', 'c')), 0o700);
  }
});

t.test('several that start at once find it made', async (t) => {
  const path = join(temporaryDirectory(t), 'a/b/c');
  await Promise.all(Array.from({ length: 5 }, () => ensureDirectory(path, 0o750)));
  t.equal(modeOf(path), 0o750);
});

t.test('a relative path is made below where the process is', async (t) => {
  const directory = temporaryDirectory(t);
  const before = process.cwd();
  t.teardown(() => process.chdir(before));
  process.chdir(directory);
  await ensureDirectory('a/b', 0o700);
  t.equal(modeOf(join(directory, 'a', 'b')), 0o700);
});

t.test('the mode of one that exists is not touched, wider or narrower', async (t) => {
  const directory = temporaryDirectory(t);
  for (const mode of [0o500, 0o700, 0o755, 0o1777]) {
    const path = join(directory, mode.toString(8));
    mkdirSync(path);
    chmodSync(path, mode);
    await ensureDirectory(path, 0o700);
    t.equal(modeOf(path), mode);
  }
});

t.test('one that others can write to is refused (T-08)', async (t) => {
  const directory = temporaryDirectory(t);
  for (const mode of [0o770, 0o702, 0o777]) {
    const path = join(directory, mode.toString(8));
    mkdirSync(path);
    chmodSync(path, mode);
    await t.rejects(ensureDirectory(path, 0o700), { code: 'DIRECTORY_UNSAFE' });
    t.equal(modeOf(path), mode, 'and left as it is');
  }
});

t.test('a symbolic link is not followed, even to a directory that is safe (T-08)', async (t) => {
  const directory = temporaryDirectory(t);
  mkdirSync(join(directory, 'real'), { mode: 0o700 });
  symlinkSync('real', join(directory, 'link'));
  await t.rejects(ensureDirectory(join(directory, 'link'), 0o700), { code: 'DIRECTORY_UNSAFE' });
  symlinkSync('nowhere', join(directory, 'dangling'));
  await t.rejects(ensureDirectory(join(directory, 'dangling'), 0o700), {
    code: 'DIRECTORY_UNSAFE',
  });
  t.notOk(existsSync(join(directory, 'nowhere')));
});

t.test('a file in its place is refused', async (t) => {
  const file = join(temporaryDirectory(t), 'file');
  writeFileSync(file, '');
  await t.rejects(ensureDirectory(file, 0o700), { code: 'DIRECTORY_UNSAFE' });
  await t.rejects(ensureDirectory(join(file, 'below'), 0o700), { code: 'DIRECTORY_UNSAFE' });
});

t.test('one that cannot be made is told', async (t) => {
  await t.rejects(ensureDirectory('/proc/vouchsafe/data', 0o700), {
    code: 'DIRECTORY_NOT_CREATED',
    message: /\/proc\/vouchsafe\/data: ENOENT/,
  });
});

t.test("somebody else's is refused (T-08)", { skip: !isRoot && 'needs root' }, async (t) => {
  const path = join(temporaryDirectory(t), 'd');
  mkdirSync(path, { mode: 0o700 });
  chownSync(path, 65_534, 65_534);
  await t.rejects(ensureDirectory(path, 0o700), {
    code: 'DIRECTORY_UNSAFE',
    message: /belongs to user 65534/,
  });
});

const EUID = 1000;
const rows: readonly (readonly [
  what: string,
  stat: Partial<Parameters<typeof safetyProblem>[0]>,
  problem: RegExp | undefined,
])[] = [
  ['our own', {}, undefined],
  ['of root', { uid: 0, mode: 0o40755 }, undefined],
  ['of root, for everybody, sticky', { uid: 0, mode: 0o41777 }, undefined],
  ['of root, for everybody', { uid: 0, mode: 0o40777 }, /mode 0777/],
  ['of somebody else, closed', { uid: 1001 }, /user 1001/],
  ['of somebody else, sticky', { uid: 1001, mode: 0o41777 }, /user 1001/],
  ['our own, for the group', { mode: 0o40770 }, /mode 0770.*chmod go-w/],
  ['our own, with set-group-ID, for the group', { mode: 0o42770 }, /mode 2770/],
  ['no directory', { isDirectory: false }, /not a directory/],
];

t.test('what makes a directory unsafe', (t) => {
  for (const [what, stat, problem] of rows) {
    const verdict = safetyProblem({ isDirectory: true, uid: EUID, mode: 0o40700, ...stat }, EUID);
    if (problem === undefined) t.equal(verdict, undefined, what);
    else t.match(verdict, problem, what);
  }
  t.end();
});
