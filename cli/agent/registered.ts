import { Option } from 'commander';
import type { Command } from 'commander';
import { durationFlag, repeated, spiffeIdFlag, textFlag, timeFlag } from '../flag-values.ts';
import { adminSocketOption } from '../options.ts';
import { outputOption } from '../output.ts';
import { selectorFlag } from '../selector-flag.ts';
import type { Terminal } from '../terminal.ts';
import { RequiredOption, setVerb } from '../verb.ts';

/** Verbs about the agents that a server knows. */
export function addRegisteredAgentCommands(agent: Command, terminal: Terminal): void {
  const list = agent
    .command('list')
    .description('List the agents that have joined; every filter narrows the list');
  addFilterOptions(list);
  setVerb(list, terminal, async () => (await import('./list.ts')).listAgents);
  const count = agent
    .command('count')
    .description('Count the agents that have joined; every filter narrows the count');
  addFilterOptions(count);
  setVerb(count, terminal, async () => (await import('./count.ts')).countAgents);
  const show = agent.command('show').description('Show one agent, as the server knows it');
  addAgentOptions(show);
  setVerb(show, terminal, async () => (await import('./show.ts')).showAgent);
  const ban = agent
    .command('ban')
    .description('Refuse an agent from now on, also when it attests again, until it is evicted');
  addAgentOptions(ban);
  setVerb(ban, terminal, async () => (await import('./ban.ts')).banAgent);
  const evict = agent
    .command('evict')
    .description('Forget an agent: its SVID is refused, but it may attest again');
  addAgentOptions(evict);
  setVerb(evict, terminal, async () => (await import('./evict.ts')).evictAgent);
  addPurge(agent, terminal);
}

/** A month: a machine that was off for a holiday is not gone. */
const PURGED_AFTER_SECONDS = 30 * 24 * 60 * 60;

function addPurge(agent: Command, terminal: Terminal): void {
  const purge = agent
    .command('purge')
    .description('Forget agents that expired long ago and, should they return, can attest again')
    .addOption(adminSocketOption())
    .addOption(
      new Option('--expired-for <DURATION>', 'how long ago their SVID expired at least')
        .argParser(durationFlag)
        .default(PURGED_AFTER_SECONDS, '720h'),
    )
    .addOption(new Option('--dry-run', 'only say which'))
    .addOption(outputOption());
  setVerb(purge, terminal, async () => (await import('./purge.ts')).purgeAgents);
}

function addFilterOptions(command: Command): void {
  command
    .addOption(adminSocketOption())
    .addOption(
      new Option('--attestation-type <NAME>', 'attested by this node attestor').argParser(textFlag),
    )
    .addOption(
      new Option(
        '--selector <TYPE:VALUE>',
        'with this selector among theirs; repeatable',
      ).argParser(repeated(selectorFlag)),
    )
    .addOption(new Option('--banned', 'banned ones'))
    .addOption(new Option('--no-banned', 'those that are not banned'))
    .addOption(new Option('--can-reattest', 'those that can attest again'))
    .addOption(new Option('--no-can-reattest', 'those that renew their SVID'))
    .addOption(
      new Option(
        '--expires-before <TIME>',
        'with an SVID that ends before this time, such as 2026-01-31T12:00:00Z',
      ).argParser(timeFlag),
    )
    .addOption(outputOption());
}

function addAgentOptions(command: Command): void {
  command
    .addOption(adminSocketOption())
    .addOption(
      new RequiredOption('--spiffe-id <ID>', 'SPIFFE ID of the agent').argParser(spiffeIdFlag),
    )
    .addOption(outputOption());
}
