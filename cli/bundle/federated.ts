import { Option } from 'commander';
import type { Command } from 'commander';
import { repeated, textFlag, trustDomainFlag } from '../flag-values.ts';
import { adminSocketOption } from '../options.ts';
import { outputOption } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { RequiredOption, setVerb } from '../verb.ts';
import { DELETE_MODES } from './delete-mode.ts';

/** Verbs about the bundles of other trust domains. */
export function addFederatedBundleCommands(bundle: Command, terminal: Terminal): void {
  const add = (name: string, description: string): Command =>
    bundle.command(name).description(description).addOption(adminSocketOption());
  const list = add('list', 'List the stored bundles of other trust domains');
  setVerb(
    list.addOption(outputOption()),
    terminal,
    async () => (await import('./list.ts')).listBundles,
  );
  const count = add('count', 'Count the stored bundles, that of this trust domain among them');
  setVerb(
    count.addOption(outputOption()),
    terminal,
    async () => (await import('./count.ts')).countBundles,
  );
  const set = add('set', 'Store the bundle of another trust domain, in place of the one there is')
    .addOption(
      new RequiredOption('--trust-domain <NAME>', 'whose bundle it is').argParser(trustDomainFlag),
    )
    .addOption(
      new RequiredOption(
        '--file <FILE>',
        'PEM certificates, or a SPIFFE bundle in JSON; - for standard input',
      ).argParser(textFlag),
    )
    .addOption(outputOption());
  setVerb(set, terminal, async () => (await import('./set.ts')).setBundle);
  const remove = add('delete', 'Delete the bundles of other trust domains')
    .addOption(
      new RequiredOption('--trust-domain <NAME>', 'whose bundle it is; repeatable').argParser(
        repeated(trustDomainFlag),
      ),
    )
    .addOption(
      new Option(
        '--mode <MODE>',
        'while entries federate with it: restrict refuses, delete deletes them too, dissociate takes the federation from them (default: restrict)',
      ).choices(DELETE_MODES),
    )
    .addOption(outputOption());
  setVerb(remove, terminal, async () => (await import('./delete.ts')).deleteBundles);
}
