import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readPrivateFile, writeDurably, writePrivateFile } from '../../runtime/private-file.ts';
import { startNode } from '../support/child.ts';
import { temporaryDirectory } from '../support/socket-path.ts';

const isRoot = process.geteuid!() === 0;
const modeOf = (path: string): number => statSync(path).mode & 0o7777;

t.test('what is written is read back, and only this user may (T-29)', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'keys');
  const umask = process.umask(0);
  t.teardown(() => process.umask(umask));
  await writePrivateFile(path, 'one');
  t.equal(modeOf(path), 0o600);
  t.equal((await readPrivateFile(path))?.toString(), 'one');
  await writePrivateFile(path, Buffer.from([0, 255]));
  t.same(await readPrivateFile(path), Buffer.from([0, 255]));
  t.same(readdirSync(directory), ['keys'], 'nothing is left beside it');
});

t.test('no file is no failure', async (t) => {
  t.equal(await readPrivateFile(join(temporaryDirectory(t), 'none')), undefined);
});

t.test('a new file takes the place of what stood there, it does not write into it', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'keys');
  const victim = join(directory, 'victim');
  writeFileSync(victim, 'victim');

  symlinkSync(victim, path);
  await writePrivateFile(path, 'new');
  t.equal(readFileSync(victim, 'utf8'), 'victim', 'a symbolic link is not followed');
  t.equal((await readPrivateFile(path))?.toString(), 'new');

  const other = join(directory, 'other');
  writeFileSync(other, 'victim', { mode: 0o644 });
  linkSync(other, join(directory, 'hard'));
  await writePrivateFile(other, 'new');
  t.equal(readFileSync(join(directory, 'hard'), 'utf8'), 'victim', 'nor a hard link');
  t.equal(modeOf(other), 0o600, 'and its mode is not inherited');
});

const refusals: readonly (readonly [what: string, code: string, make: (path: string) => void])[] = [
  [
    'a symbolic link',
    'FILE_NOT_PRIVATE',
    (path) => {
      writeFileSync(`${path}.real`, 'secret', { mode: 0o600 });
      symlinkSync(`${path}.real`, path);
    },
  ],
  ['a link to nowhere', 'FILE_NOT_PRIVATE', (path) => symlinkSync('/nowhere', path)],
  ['a directory', 'FILE_NOT_PRIVATE', (path) => mkdirSync(path, { mode: 0o700 })],
  ['a pipe', 'FILE_NOT_PRIVATE', (path) => execFileSync('mkfifo', ['-m', '600', path])],
  ['a file the group may read', 'FILE_NOT_PRIVATE', (path) => writeWithMode(path, 0o640)],
  ['a file others may read', 'FILE_NOT_PRIVATE', (path) => writeWithMode(path, 0o604)],
  ['a file others may write', 'FILE_NOT_PRIVATE', (path) => writeWithMode(path, 0o602)],
  [
    'a file too large to be ours',
    'FILE_TOO_LARGE',
    (path) => {
      writeWithMode(path, 0o600);
      truncateSync(path, (16 << 20) + 1);
    },
  ],
];

function writeWithMode(path: string, mode: number): void {
  writeFileSync(path, 'secret');
  chmodSync(path, mode);
}

for (const [what, code, make] of refusals) {
  t.test(`${what} is refused, and left as it is (T-29)`, async (t) => {
    const path = join(temporaryDirectory(t), 'keys');
    make(path);
    await t.rejects(readPrivateFile(path), { code, message: new RegExp(path) });
    t.doesNotThrow(() => statSync(path, { throwIfNoEntry: false }));
  });
}

t.test("somebody else's file is refused (T-29)", { skip: !isRoot && 'needs root' }, async (t) => {
  const path = join(temporaryDirectory(t), 'keys');
  writeWithMode(path, 0o600);
  chownSync(path, 65_534, 65_534);
  await t.rejects(readPrivateFile(path), {
    code: 'FILE_NOT_PRIVATE',
    message: /belongs to user 65534/,
  });
});

t.test('a file below what is no directory is told', async (t) => {
  const path = join(temporaryDirectory(t), 'keys');
  writeWithMode(path, 0o600);
  await t.rejects(readPrivateFile(join(path, 'keys')), { code: 'FILE_UNREADABLE' });
  await t.rejects(writePrivateFile(join(path, 'keys'), ''), { code: 'FILE_NOT_WRITTEN' });
});

t.test('a new file is refused where one stands', async (t) => {
  const path = join(temporaryDirectory(t), 'keys');
  await writeDurably(path, 'one', 0o640);
  t.equal(modeOf(path) & 0o640, modeOf(path));
  await t.rejects(writeDurably(path, 'two', 0o600), { code: 'EEXIST' });
  symlinkSync('nowhere', `${path}.link`);
  await t.rejects(writeDurably(`${path}.link`, 'two', 0o600), { code: 'EEXIST' });
  t.equal(readFileSync(path, 'utf8'), 'one');
});

const needsMount = !works('unshare', ['--mount', 'true']) && 'needs root';

t.test('a full disk costs the new content, not the old', { skip: needsMount }, async (t) => {
  const directory = temporaryDirectory(t);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k,mode=0700', 'tmpfs', directory]);
  t.teardown(() => execFileSync('umount', [directory]));
  const path = join(directory, 'keys');
  await writePrivateFile(path, 'old');
  await t.rejects(writePrivateFile(path, Buffer.alloc(1 << 20)), {
    code: 'FILE_NOT_WRITTEN',
    message: /ENOSPC/,
    cause: { code: 'ENOSPC' },
  });
  t.equal((await readPrivateFile(path))?.toString(), 'old');
  t.same(readdirSync(directory), ['keys'], 'and the half that was written is gone');
  await writePrivateFile(path, 'new');
  t.equal((await readPrivateFile(path))?.toString(), 'new', 'and what fits is written again');
});

t.test('whenever the writer is killed, a reader finds all of one content', async (t) => {
  const path = join(temporaryDirectory(t), 'keys');
  const module = new URL('../../runtime/private-file.ts', import.meta.url).href;
  const script = `
    const path = process.argv.at(-1);
    import(${JSON.stringify(module)}).then(async ({ writePrivateFile }) => {
      for (let i = 0; ; i++) {
        await writePrivateFile(path, String(i % 10).repeat(100_000));
        if (i === 0) console.log('writing');
      }
    });`;
  for (let round = 0; round < 4; round++) {
    const writer = startNode(script, { args: [path] });
    await writer.line();
    for (let i = 0; i < 25; i++) {
      const content = await readPrivateFile(path);
      t.match(content?.toString(), /^(\d)\1{99999}$/);
    }
    await writer.kill();
    t.match((await readPrivateFile(path))?.toString(), /^(\d)\1{99999}$/);
  }
});

const needsStrace = !works('strace', ['-o', '/dev/null', 'true']) && 'needs strace(1)';

t.test(
  'the content is on disk before its name, and the name before the answer',
  {
    skip: needsStrace,
  },
  (t) => {
    const trace = traceOf(join(temporaryDirectory(t), 'keys'));
    const calls = [...trace.matchAll(/\b(fsync|rename(?:at2?)?)\(/g)].map((match) => match[1]);
    t.match(calls.join(' '), /^fsync rename\S* fsync$/);
    t.end();
  },
);

function traceOf(path: string): string {
  const module = new URL('../../runtime/private-file.ts', import.meta.url).href;
  const script = `import(${JSON.stringify(module)}).then((m) => m.writePrivateFile(process.argv.at(-1), 'x'))`;
  const trace = `${path}.trace`;
  const calls = 'trace=fsync,rename,renameat,renameat2';
  execFileSync('strace', ['-f', '-o', trace, '-e', calls, process.execPath, '-e', script, path]);
  return readFileSync(trace, 'utf8');
}

function works(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
