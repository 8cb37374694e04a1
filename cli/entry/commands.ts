import { Option } from 'commander';
import type { Command } from 'commander';
import { pidFlag, repeated, spiffeIdFlag, textFlag } from '../flag-values.ts';
import { adminSocketOption, agentAdminSocketOption } from '../options.ts';
import { outputOption } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { RequiredOption, setVerb } from '../verb.ts';
import { addFileCommands } from './file-commands.ts';
import { entryChangeOptions, filterOptions, newEntryOptions, waitOption } from './options.ts';
import type { WhyFlags } from './why-flags.ts';

/** `vouchsafe entry …` */
export function addEntryCommands(program: Command, terminal: Terminal): void {
  const entry = program
    .command('entry')
    .description('Registration entries: which workloads get which SPIFFE IDs');
  addCreate(entry, terminal);
  addUpdate(entry, terminal);
  addShow(entry, terminal);
  addCount(entry, terminal);
  addDelete(entry, terminal);
  addFileCommands(entry, terminal);
  addWhy(entry, terminal);
}

function addCreate(entry: Command, terminal: Terminal): void {
  const command = entry
    .command('create')
    .description('Register a workload: who shows all the selectors gets the SPIFFE ID')
    .addOption(adminSocketOption());
  addAll(command, newEntryOptions()).addOption(waitOption()).addOption(outputOption());
  setVerb(command, terminal, async () => (await import('./create.ts')).createEntry);
}

function addUpdate(entry: Command, terminal: Terminal): void {
  const command = entry
    .command('update')
    .description(
      'Change a registration entry: what the flags name, lists as a whole, and nothing else',
    )
    .addOption(adminSocketOption())
    .addOption(new RequiredOption('--entry-id <ID>', 'entry to change').argParser(textFlag));
  addAll(command, entryChangeOptions()).addOption(outputOption());
  setVerb(command, terminal, async () => (await import('./update.ts')).updateEntry);
}

function addShow(entry: Command, terminal: Terminal): void {
  const filters = filterOptions();
  const command = entry
    .command('show')
    .description('List registration entries; every filter narrows the list')
    .addOption(adminSocketOption())
    .addOption(
      new Option('--entry-id <ID>', 'the one with this entry ID')
        .argParser(textFlag)
        .conflicts(filters.map((filter) => filter.attributeName())),
    );
  addAll(command, filters).addOption(outputOption());
  setVerb(command, terminal, async () => (await import('./show.ts')).showEntries);
}

function addCount(entry: Command, terminal: Terminal): void {
  const command = entry
    .command('count')
    .description('Count registration entries; every filter narrows what is counted')
    .addOption(adminSocketOption());
  addAll(command, filterOptions()).addOption(outputOption());
  setVerb(command, terminal, async () => (await import('./count.ts')).countEntries);
}

function addDelete(entry: Command, terminal: Terminal): void {
  const command = entry
    .command('delete')
    .description('Delete registration entries: their workloads get no new SVIDs')
    .addOption(adminSocketOption())
    .addOption(
      new RequiredOption('--entry-id <ID>', 'entry to delete; repeatable').argParser(
        repeated(textFlag),
      ),
    )
    .addOption(outputOption());
  setVerb(command, terminal, async () => (await import('./delete.ts')).deleteEntries);
}

function addWhy(entry: Command, terminal: Terminal): void {
  const verbs = [
    ['why', 'Say which entries give an identity, and through which agents'],
    ['why-not', 'Say why an identity is not given, and what to do'],
  ] as const;
  for (const [name, description] of verbs) {
    const command = entry
      .command(name)
      .description(`${description}; exit status 1 when it is not given`)
      .addOption(adminSocketOption())
      .addOption(new Option('--spiffe-id <ID>', 'the identity').argParser(spiffeIdFlag))
      .addOption(
        new Option('--pid <PID>', 'to this process of this host, as its agent sees it').argParser(
          pidFlag,
        ),
      )
      .addOption(agentAdminSocketOption())
      .addOption(
        new Option('--agent-id <ID>', 'through this agent, not any').argParser(spiffeIdFlag),
      )
      .addOption(outputOption());
    setVerb(command, terminal, async () => {
      const { explainEntry } = await import('./why.ts');
      return (flags: WhyFlags, invocation) => explainEntry(name, flags, invocation);
    });
  }
}

function addAll(command: Command, options: readonly Option[]): Command {
  for (const option of options) command.addOption(option);
  return command;
}
