import type { Command } from 'commander';
import { addConfigFlags } from '../daemon/config-flags.ts';
import { workloadSocketOption } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { setVerb } from '../verb.ts';
import { AGENT_FLAGS } from './flags.ts';
import { addRegisteredAgentCommands } from './registered.ts';

/** `vouchsafe agent …` */
export function addAgentCommands(program: Command, terminal: Terminal): void {
  const agent = program
    .command('agent')
    .description('The agent: gives the workloads of a node their SVIDs');
  const run = agent.command('run').description('Run the agent of this node');
  addConfigFlags(run, AGENT_FLAGS);
  setVerb(run, terminal, async () => (await import('./run.ts')).runAgent);
  const validate = agent
    .command('validate')
    .description('Check a configuration, and show everything that is wrong with it');
  addConfigFlags(validate, AGENT_FLAGS);
  setVerb(validate, terminal, async () => (await import('./validate.ts')).validateAgent);
  const health = agent
    .command('healthcheck')
    .description('Ask a running agent whether it can do its work')
    .addOption(workloadSocketOption());
  setVerb(health, terminal, async () => (await import('./healthcheck.ts')).checkAgentHealth);
  addRegisteredAgentCommands(agent, terminal);
}
