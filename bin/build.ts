// Makes what is published: JavaScript and declarations in dist/, from which an installed package runs. Nothing in the
// repository needs it. Run by `npm run build`, and by npm before it packs any of the packages.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, globSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const COMPILER = createRequire(import.meta.url).resolve('typescript/bin/tsc');

/** Where the sources of a published room become what. */
interface Output {
  readonly sources: string;
  readonly built: string;
}

const WORKSPACES = ['pki', 'proto', 'client'];
const OUTPUTS: readonly Output[] = [
  ...WORKSPACES.map((room) => ({ sources: room, built: join(room, 'dist') })),
  ...['runtime', 'server', 'agent', 'cli'].map((room) => ({
    sources: room,
    built: join('dist', room),
  })),
];
const EXTENSIONS = ['.js', '.d.ts'];

function compile(...flags: readonly string[]): void {
  const rooms = OUTPUTS.map(({ sources }) => sources);
  const emit = ['--emitDeclarationOnly', 'false', '--sourceMap', 'false'];
  const args = [COMPILER, '--build', ...rooms, ...emit, ...flags];
  execFileSync(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
}

const filesOf = (folder: string, pattern: string): string[] =>
  globSync(pattern, {
    cwd: join(ROOT, folder),
    exclude: (name) => ['node_modules', 'dist'].includes(name),
  });

function expected({ sources, built }: Output): string[] {
  const names = filesOf(sources, '**/*.ts').map((file) => file.replace(/\.ts$/, ''));
  return names.flatMap((name) => EXTENSIONS.map((extension) => join(built, name + extension)));
}

const wanted = new Set(OUTPUTS.flatMap(expected));
compile();
// The compiler knows what it has written, not what has been removed since.
if ([...wanted].some((file) => !existsSync(join(ROOT, file)))) compile('--force');
// Nor does it remove what has no source any more.
for (const { built } of OUTPUTS) {
  for (const file of filesOf(built, '**/*.{js,d.ts,map}').map((name) => join(built, name))) {
    if (!wanted.has(file)) rmSync(join(ROOT, file));
  }
}
for (const room of WORKSPACES) copyFileSync(join(ROOT, 'LICENSE'), join(ROOT, room, 'LICENSE'));
