// What is published: that it holds what it needs and nothing else, and that it runs where nothing else of ours is.
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { installGlobally, packAll } from '../support/packages.ts';
import { listFiles, ROOT } from '../support/sources.ts';

const run = promisify(execFile);
const directory = realpathSync(mkdtempSync(join(tmpdir(), 'vs-pack-')));
t.teardown(() => rmSync(directory, { recursive: true }));
t.setTimeout(600_000);

/** What of ours is not code is a page or two. */
const MAX_FILE_BYTES = 256 << 10;
const DOCUMENTS = ['LICENSE', 'README.md', 'package.json'];

const built = (folder: string, sources: readonly string[], extensions: readonly string[]) =>
  sources.flatMap((source) =>
    extensions.map((extension) => join(folder, source.replace(/\.ts$/, extension))),
  );

/** The sources of a room, from there. */
const sourcesOf = (room: string): string[] =>
  listFiles('.ts')
    .filter((path) => path.startsWith(`${room}/`))
    .map((path) => path.slice(room.length + 1));

const library = (room: string): string[] => [
  ...DOCUMENTS,
  ...built('dist', sourcesOf(room), ['.js', '.d.ts']),
];

const inCommand = /^(?:runtime|server|agent|cli)\//;

const CONTENTS: Readonly<Record<string, () => readonly string[]>> = {
  '@vouchsafe/pki': () => library('pki'),
  '@vouchsafe/client': () => library('client'),
  '@vouchsafe/proto': () => [
    ...library('proto').filter((path) => !path.startsWith('dist/generate.')),
    ...listFiles('.proto').map((path) => path.replace('proto/', '')),
  ],
  vouchsafe: () => [
    ...DOCUMENTS,
    'bin/vouchsafe',
    ...built(
      'dist',
      listFiles('.ts').filter((path) => inCommand.test(path)),
      ['.js'],
    ),
  ],
};

const packages = await packAll(directory);

t.test('a package holds what it needs and nothing else', (t) => {
  t.strictSame(packages.map(({ name }) => name).sort(), Object.keys(CONTENTS).sort());
  for (const { name, files } of packages) {
    // Of these the command brings whatever there is for people and their systems.
    const others = files.filter(({ path }) => !/^(?:docs\/[\w-]+\.md|deploy\/.*)$/.test(path));
    t.strictSame(others.map(({ path }) => path).sort(), CONTENTS[name]!().toSorted(), name);
    t.strictSame(
      files.filter(({ size }) => size > MAX_FILE_BYTES),
      [],
    );
    const executable = files.filter(({ mode }) => (mode & 0o111) !== 0).map(({ path }) => path);
    t.strictSame(executable, name === 'vouchsafe' ? ['bin/vouchsafe'] : []);
  }
  t.end();
});

t.test('installed globally, the command runs what was built', async (t) => {
  const prefix = join(directory, 'prefix');
  mkdirSync(prefix);
  const command = await installGlobally(prefix, packages);
  const env = { PATH: '/usr/bin:/bin', HOME: directory };
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    version: string;
  };
  const said = await run(command, ['version'], { env, cwd: '/' });
  t.match(said.stdout, `vouchsafe ${version} (Node.js v26.`, 'on the Node.js that npm brought');

  symlinkSync('prefix/bin/vouchsafe', join(directory, 'vs'));
  const start = performance.now();
  const up = await run(join(directory, 'vs'), ['up', '--exit', '--dir', join(directory, 'up')], {
    env,
    cwd: '/',
  });
  t.comment(`vouchsafe up --exit: ${Math.round(performance.now() - start)} ms, the first time`);
  t.match(up.stdout, /^X509-SVID of spiffe:\/\/\S+/m);
  t.match(up.stdout, /-----BEGIN CERTIFICATE-----/);
});
