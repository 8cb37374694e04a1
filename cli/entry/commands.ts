import { Option } from 'commander';
import type { Command } from 'commander';
import { repeated, spiffeIdFlag, textFlag, trustDomainFlag, ttlFlag } from '../flag-values.ts';
import { adminSocketOption } from '../options.ts';
import { outputOption } from '../output.ts';
import { selectorFlag } from '../selector-flag.ts';
import type { Terminal } from '../terminal.ts';
import { RequiredOption, setVerb } from '../verb.ts';

/** `vouchsafe entry …` */
export function addEntryCommands(program: Command, terminal: Terminal): void {
  const entry = program
    .command('entry')
    .description('Registration entries: which workloads get which SPIFFE IDs');
  addCreate(entry, terminal);
  addShow(entry, terminal);
  addDelete(entry, terminal);
}

function addCreate(entry: Command, terminal: Terminal): void {
  const command = entry
    .command('create')
    .description('Register a workload: who shows all the selectors gets the SPIFFE ID')
    .addOption(adminSocketOption())
    .addOption(new RequiredOption('--spiffe-id <ID>', 'SPIFFE ID to give').argParser(spiffeIdFlag))
    .addOption(
      new Option('--parent-id <ID>', 'SPIFFE ID of the agent, or node alias, that may give it')
        .argParser(spiffeIdFlag)
        .conflicts('node'),
    )
    .addOption(
      new Option('--node', 'make it a node alias: the SPIFFE ID of every agent with the selectors'),
    )
    .addOption(
      new RequiredOption(
        '--selector <TYPE:VALUE>',
        'what the workload must show; repeatable',
      ).argParser(repeated(selectorFlag)),
    )
    .addOption(new Option('--x509-ttl <TTL>', 'life of its X509-SVIDs').argParser(ttlFlag))
    .addOption(new Option('--jwt-ttl <TTL>', 'life of its JWT-SVIDs').argParser(ttlFlag))
    .addOption(
      new Option('--dns <NAME>', 'DNS name in its X509-SVIDs; repeatable').argParser(
        repeated(textFlag),
      ),
    )
    .addOption(new Option('--admin', 'let it administer the server'))
    .addOption(new Option('--downstream', 'let it be an authority below this server'))
    .addOption(
      new Option('--hint <TEXT>', 'tells a workload with several SVIDs which one to use').argParser(
        textFlag,
      ),
    )
    .addOption(
      new Option(
        '--federates-with <TRUST_DOMAIN>',
        'give it the bundle of this trust domain too; repeatable',
      ).argParser(repeated(trustDomainFlag)),
    )
    .addOption(outputOption());
  setVerb(command, terminal, async () => (await import('./create.ts')).createEntry);
}

function addShow(entry: Command, terminal: Terminal): void {
  const command = entry
    .command('show')
    .description('List registration entries; every filter narrows the list')
    .addOption(adminSocketOption())
    .addOption(
      new Option('--entry-id <ID>', 'the one with this entry ID')
        .argParser(textFlag)
        .conflicts(['spiffeId', 'parentId', 'selector']),
    )
    .addOption(new Option('--spiffe-id <ID>', 'for this SPIFFE ID').argParser(spiffeIdFlag))
    .addOption(new Option('--parent-id <ID>', 'under this parent').argParser(spiffeIdFlag))
    .addOption(
      new Option(
        '--selector <TYPE:VALUE>',
        'with this selector among theirs; repeatable',
      ).argParser(repeated(selectorFlag)),
    )
    .addOption(outputOption());
  setVerb(command, terminal, async () => (await import('./show.ts')).showEntries);
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
