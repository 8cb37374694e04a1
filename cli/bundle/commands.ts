import { Option } from 'commander';
import type { Command } from 'commander';
import { trustDomainFlag } from '../flag-values.ts';
import { adminSocketOption } from '../options.ts';
import { outputOption } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { setVerb } from '../verb.ts';
import { addFederatedBundleCommands } from './federated.ts';
import { BUNDLE_FORMATS } from './format.ts';

/** `vouchsafe bundle …` */
export function addBundleCommands(program: Command, terminal: Terminal): void {
  const bundle = program
    .command('bundle')
    .description('Trust bundles: what SVIDs are verified with');
  const command = bundle
    .command('show')
    .description('Print a trust bundle')
    .addOption(adminSocketOption())
    .addOption(
      new Option(
        '--trust-domain <NAME>',
        'the stored bundle of another trust domain, in place of the server’s own',
      ).argParser(trustDomainFlag),
    )
    .addOption(
      new Option(
        '--format <FORMAT>',
        'pem: the X.509 authorities; spiffe: a SPIFFE bundle, with the JWT authorities too (default: pem)',
      )
        .choices(BUNDLE_FORMATS)
        .conflicts('output'),
    )
    .addOption(outputOption());
  setVerb(command, terminal, async () => (await import('./show.ts')).showBundle);
  addFederatedBundleCommands(bundle, terminal);
}
