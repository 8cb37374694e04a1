import type { Command } from 'commander';
import { addConfigFlags } from '../daemon/config-flags.ts';
import { outputOption } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { setVerb } from '../verb.ts';
import { DATABASE_FLAGS } from './flags.ts';

/** `vouchsafe db …` */
export function addDatabaseCommands(program: Command, terminal: Terminal): void {
  const db = program.command('db').description('The database of a server, on its host');
  const add = (name: string, description: string): Command =>
    addConfigFlags(db.command(name).description(description), DATABASE_FLAGS);
  setVerb(
    add('status', 'Say what the database holds and whether its schema is up to date').addOption(
      outputOption(),
    ),
    terminal,
    async () => (await import('./status.ts')).showDatabase,
  );
  setVerb(
    add('migrate', 'Bring the schema up to date, as a server does when it starts'),
    terminal,
    async () => (await import('./migrate.ts')).migrateSchema,
  );
  setVerb(
    add(
      'backup',
      'Copy database and keys into a new directory; the server may be running',
    ).argument('<DIR>', 'directory to make, which whoever has it can sign with'),
    terminal,
    async () => (await import('./backup.ts')).backUpDatabase,
  );
  setVerb(
    add('restore', 'Put a backup into an empty data directory and database').argument(
      '<DIR>',
      'what `db backup` made',
    ),
    terminal,
    async () => (await import('./restore.ts')).restoreDatabase,
  );
  setVerb(
    add('export', 'Write all that the database holds, without keys, as lines of JSON').argument(
      '<FILE>',
      'file to make; - for standard output',
    ),
    terminal,
    async () => (await import('./export.ts')).exportDatabase,
  );
  setVerb(
    add('import', 'Fill an empty database, of another kind too, with what was exported').argument(
      '<FILE>',
      'what `db export` wrote; - for standard input',
    ),
    terminal,
    async () => (await import('./import.ts')).importDatabase,
  );
}
