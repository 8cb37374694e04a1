import { Option } from 'commander';
import type { Command } from 'commander';
import { adminSocketOption } from '../options.ts';
import { outputOption } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { setVerb } from '../verb.ts';
import { filterOptions, waitOption } from './options.ts';

const FILE = ['<FILE>', 'entries in YAML or JSON; - for standard input'] as const;

const pruneOption = (): Option =>
  new Option('--prune', 'delete the entries that the file lacks, within its `scope`');

/** Verbs that keep the entries of a server as a file says. */
export function addFileCommands(entry: Command, terminal: Terminal): void {
  const apply = entry
    .command('apply')
    .description('Make the entries of the server as a file says: all of it, or nothing')
    .argument(...FILE)
    .addOption(adminSocketOption())
    .addOption(pruneOption())
    .addOption(new Option('--dry-run', 'have the server check the changes, and change nothing'))
    .addOption(waitOption())
    .addOption(outputOption());
  setVerb(apply, terminal, async () => (await import('./apply.ts')).applyEntryFile);
  const diff = entry
    .command('diff')
    .description('Show how the entries of the server differ from a file; exit status 1 if they do')
    .argument(...FILE)
    .addOption(adminSocketOption())
    .addOption(pruneOption())
    .addOption(outputOption());
  setVerb(diff, terminal, async () => (await import('./diff.ts')).diffEntries);
  const exported = entry
    .command('export')
    .description('Print entries, and the bundles they need, as a file for `entry apply`')
    .addOption(adminSocketOption());
  for (const option of filterOptions()) exported.addOption(option);
  exported.addOption(
    new Option('--output <FORMAT>', 'how to print them (default: yaml)').choices(['yaml', 'json']),
  );
  setVerb(exported, terminal, async () => (await import('./export.ts')).exportEntries);
}
