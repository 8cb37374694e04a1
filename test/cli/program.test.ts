import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import t from 'tap';
import { createProgram } from '../../cli/program.ts';

function leaves(command: Command, path = ''): string[] {
  const own = `${path} ${command.name()}`.trim();
  if (command.commands.length === 0) return [own];
  return command.commands.flatMap((each) => leaves(each, own));
}

t.test('the commands', (t) => {
  t.strictSame(
    leaves(createProgram())
      .map((path) => path.replace('vouchsafe ', ''))
      .sort(),
    [
      'agent ban',
      'agent count',
      'agent evict',
      'agent healthcheck',
      'agent list',
      'agent purge',
      'agent run',
      'agent show',
      'agent validate',
      'bundle count',
      'bundle delete',
      'bundle list',
      'bundle set',
      'bundle show',
      'completion',
      'db backup',
      'db export',
      'db import',
      'db migrate',
      'db restore',
      'db status',
      'entry apply',
      'entry count',
      'entry create',
      'entry delete',
      'entry diff',
      'entry export',
      'entry show',
      'entry update',
      'entry why',
      'entry why-not',
      'federation create',
      'federation delete',
      'federation list',
      'federation refresh',
      'federation show',
      'federation update',
      'fetch jwt',
      'fetch x509',
      'help',
      'jwt mint',
      'logger get',
      'logger reset',
      'logger set',
      'server healthcheck',
      'server run',
      'server validate',
      'token generate',
      'up',
      'validate jwt',
      'version',
      'x509 mint',
    ],
  );
  t.end();
});

t.test('every command and flag is explained', (t) => {
  const visit = (command: Command): void => {
    t.not(command.description(), '', command.name());
    for (const { flags, description } of command.options) t.not(description, '', flags);
    for (const each of command.commands) visit(each);
  };
  visit(createProgram());
  t.end();
});

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

t.test('every command that a message tells people to run is there', (t) => {
  const sources = ['cli', 'agent', 'server', 'runtime'].flatMap((room) =>
    globSync(`${room}/**/*.ts`, { cwd: ROOT }),
  );
  for (const file of sources) {
    const text = readFileSync(`${ROOT}${file}`, 'utf8');
    for (const [, words] of text.matchAll(/`vouchsafe ((?:[a-z0-9]+ ?)+)/g)) {
      t.ok(isCommand(words!.trim().split(' ')), `${file}: vouchsafe ${words!}`);
    }
  }
  t.end();
});

/** Whether these words lead to a command or a group of them, whatever its arguments are. */
function isCommand(words: readonly string[]): boolean {
  let at = createProgram();
  for (const word of words) {
    if (at.commands.length === 0) return true;
    const next = at.commands.find((command) => command.name() === word);
    if (next === undefined) return false;
    at = next;
  }
  return true;
}

/** What a file loads when it is loaded; types are not, and what a verb imports when it runs is not yet. */
function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  const statements = source.matchAll(/^(?:import|export) (?!type )(?:[^;]*? from )?'([^']+)';/gms);
  return [...statements].map(([, name]) => name!);
}

t.test('starting loads nothing but commander and a few small files', (t) => {
  const seen = new Set<string>();
  const outside = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const name of importsOf(file)) {
      if (name.startsWith('.')) visit(fileURLToPath(new URL(name, `file://${file}`)));
      else if (name.startsWith('@vouchsafe/')) visit(fileURLToPath(import.meta.resolve(name)));
      else if (!name.startsWith('node:')) outside.add(name);
    }
  };
  visit(fileURLToPath(new URL('../../cli/main.ts', import.meta.url)));
  t.strictSame([...outside], ['commander']);
  t.ok(seen.size < 50, `${seen.size} files`);
  const rooms = [...seen].filter(
    (file) => /\/(server|agent|proto)\/[^/]*\.ts$/.test(file) && !file.includes('/cli/'),
  );
  t.strictSame(rooms, []);
  t.end();
});
