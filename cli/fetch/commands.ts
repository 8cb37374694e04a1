import { Option } from 'commander';
import type { Command } from 'commander';
import { durationFlag, repeated, spiffeIdFlag, textFlag } from '../flag-values.ts';
import { workloadSocketOption } from '../options.ts';
import { outputOption } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { RequiredOption, setVerb } from '../verb.ts';

const DEFAULT_TIMEOUT_SECONDS = 10;

/** `vouchsafe fetch …` */
export function addFetchCommands(program: Command, terminal: Terminal): void {
  const fetch = program
    .command('fetch')
    .description('Get the SVIDs of this process from the agent, as any workload does');
  const x509 = addCommonOptions(
    fetch
      .command('x509')
      .description('Fetch X509-SVIDs and the trust bundle')
      .addOption(
        new Option(
          '--write <DIR>',
          'write svid.N.pem, svid.N.key and bundle.N.pem into this directory',
        ).argParser(textFlag),
      ),
  );
  setVerb(x509, terminal, async () => (await import('./x509.ts')).fetchX509);
  const jwt = addCommonOptions(
    fetch
      .command('jwt')
      .description('Fetch JWT-SVIDs')
      .addOption(
        new RequiredOption('--audience <AUDIENCE>', 'whom they are for; repeatable').argParser(
          repeated(textFlag),
        ),
      )
      .addOption(
        new Option('--spiffe-id <ID>', 'only the one for this SPIFFE ID').argParser(spiffeIdFlag),
      )
      .addOption(
        new Option('--write <DIR>', 'write jwt_svid.N.token into this directory').argParser(
          textFlag,
        ),
      ),
  );
  setVerb(jwt, terminal, async () => (await import('./jwt.ts')).fetchJwt);
}

function addCommonOptions(command: Command): Command {
  return command
    .addOption(workloadSocketOption())
    .addOption(new Option('--watch', 'go on, and show or write each renewal'))
    .addOption(
      new Option('--timeout <DURATION>', 'how long to wait for the agent’s answer')
        .argParser(durationFlag)
        .default(DEFAULT_TIMEOUT_SECONDS, '10s'),
    )
    .addOption(outputOption());
}
