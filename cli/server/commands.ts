import type { Command } from 'commander';
import { addConfigFlags } from '../daemon/config-flags.ts';
import { adminSocketOption } from '../options.ts';
import type { Terminal } from '../terminal.ts';
import { setVerb } from '../verb.ts';
import { SERVER_FLAGS } from './flags.ts';

/** `vouchsafe server …` */
export function addServerCommands(program: Command, terminal: Terminal): void {
  const server = program
    .command('server')
    .description('The server: the certificate authority of a trust domain');
  const run = server.command('run').description('Run the server');
  addConfigFlags(run, SERVER_FLAGS);
  setVerb(run, terminal, async () => (await import('./run.ts')).runServer);
  const validate = server
    .command('validate')
    .description('Check a configuration, and show everything that is wrong with it');
  addConfigFlags(validate, SERVER_FLAGS);
  setVerb(validate, terminal, async () => (await import('./validate.ts')).validateServer);
  const health = server
    .command('healthcheck')
    .description('Ask a running server whether it can do its work')
    .addOption(adminSocketOption());
  setVerb(health, terminal, async () => (await import('./healthcheck.ts')).checkServerHealth);
}
