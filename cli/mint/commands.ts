import { Option } from 'commander';
import type { Command } from 'commander';
import { repeated, spiffeIdFlag, textFlag, ttlFlag } from '../flag-values.ts';
import { adminSocketOption } from '../options.ts';
import { outputOption } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { RequiredOption, setVerb } from '../verb.ts';

/** `vouchsafe x509 mint` and `vouchsafe jwt mint` */
export function addMintCommands(program: Command, terminal: Terminal): void {
  const x509 = addCommonOptions(
    program
      .command('x509')
      .description('X509-SVIDs by hand, for what no agent can attest')
      .command('mint')
      .description('Make a key and have the server sign an X509-SVID for it, without an entry'),
  )
    .addOption(
      new Option('--dns <NAME>', 'DNS name in the X509-SVID; repeatable').argParser(
        repeated(textFlag),
      ),
    )
    .addOption(
      new Option(
        '--write <DIR>',
        'write svid.0.pem, svid.0.key and bundle.0.pem into this directory',
      ).argParser(textFlag),
    );
  setVerb(x509, terminal, async () => (await import('./x509.ts')).mintX509);
  const jwt = addCommonOptions(
    program
      .command('jwt')
      .description('JWT-SVIDs by hand, for what no agent can attest')
      .command('mint')
      .description('Have the server sign a JWT-SVID, without an entry'),
  )
    .addOption(
      new RequiredOption('--audience <AUDIENCE>', 'whom it is for; repeatable').argParser(
        repeated(textFlag),
      ),
    )
    .addOption(
      new Option('--write <DIR>', 'write jwt_svid.0.token into this directory').argParser(textFlag),
    );
  setVerb(jwt, terminal, async () => (await import('./jwt.ts')).mintJwt);
}

function addCommonOptions(command: Command): Command {
  return command
    .addOption(adminSocketOption())
    .addOption(new RequiredOption('--spiffe-id <ID>', 'SPIFFE ID to give').argParser(spiffeIdFlag))
    .addOption(new Option('--ttl <TTL>', 'its life; the server’s default').argParser(ttlFlag))
    .addOption(outputOption());
}
