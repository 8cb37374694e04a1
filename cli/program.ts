import { Command } from 'commander';
import { addAgentCommands } from './agent/commands.ts';
import { addBundleCommands } from './bundle/commands.ts';
import { addCompletionCommand } from './completion/command.ts';
import { addDatabaseCommands } from './db/commands.ts';
import { addEntryCommands } from './entry/commands.ts';
import { addFederationCommands } from './federation/commands.ts';
import { addFetchCommands } from './fetch/commands.ts';
import { addLoggerCommands } from './logger/commands.ts';
import { addMintCommands } from './mint/commands.ts';
import { addServerCommands } from './server/commands.ts';
import { printableLines, processTerminal, styled } from './terminal.ts';
import type { Terminal } from './terminal.ts';
import { addTokenCommands } from './token/commands.ts';
import { addUpCommand } from './up/command.ts';
import { addValidateCommands } from './validate/commands.ts';
import { setVerb } from './verb.ts';

/** Of help that is read elsewhere than on a terminal. */
const DEFAULT_WIDTH = 100;

/**
 * The whole command line as a tree: parsed by `vouchsafe`, read by the generators of completion and documentation.
 * Making it does nothing; parsing throws where commander would exit.
 */
export function createProgram(terminal: Terminal = processTerminal()): Command {
  const program = new Command('vouchsafe')
    .description('Workload identity: SPIFFE IDs and SVIDs for everything that runs')
    .exitOverride()
    .helpCommand(false)
    .enablePositionalOptions();
  configureOutput(program, terminal);
  program.option('-V, --version', 'print the version');
  addUpCommand(program, terminal);
  addServerCommands(program, terminal);
  addAgentCommands(program, terminal);
  addEntryCommands(program, terminal);
  addTokenCommands(program, terminal);
  addBundleCommands(program, terminal);
  addFederationCommands(program, terminal);
  addDatabaseCommands(program, terminal);
  addMintCommands(program, terminal);
  addLoggerCommands(program, terminal);
  addFetchCommands(program, terminal);
  addValidateCommands(program, terminal);
  addCompletionCommand(program, terminal);
  const version = program.command('version').description('Print the version');
  setVerb(version, terminal, async () => (await import('./version.ts')).showVersion);
  const help = program
    .command('help')
    .description('Say what a command does and which flags it has')
    .argument('[command...]', 'the words of the command');
  setVerb(help, terminal, async () => (await import('./help.ts')).showHelp);
  pointToHelp(program);
  return program;
}

function configureOutput(program: Command, { stdout, stderr }: Terminal): void {
  program.configureOutput({
    writeOut: (text) => stdout.write(text),
    writeErr: (text) => stderr.write(text),
    getOutHelpWidth: () => stdout.columns ?? DEFAULT_WIDTH,
    getErrHelpWidth: () => stderr.columns ?? DEFAULT_WIDTH,
    getOutHasColors: () => stdout.hasColors,
    getErrHasColors: () => stderr.hasColors,
    outputError: (text, write) =>
      write(printableLines(text).replace(/^error:/, styled(stderr, 'red', 'error:'))),
  });
  program.configureHelp({ styleTitle: (title) => styled(stdout, 'bold', title) });
}

/** What to read after an error, in the words of the command that it was in. */
function pointToHelp(command: Command, path = 'vouchsafe help'): void {
  command.showHelpAfterError(`See \`${path}\`.`);
  for (const each of command.commands) {
    pointToHelp(each, each.name() === 'help' ? path : `${path} ${each.name()}`);
  }
}
