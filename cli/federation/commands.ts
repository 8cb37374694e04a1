import { Option } from 'commander';
import type { Command } from 'commander';
import { repeated, spiffeIdFlag, textFlag, trustDomainFlag } from '../flag-values.ts';
import { adminSocketOption } from '../options.ts';
import { outputOption } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { RequiredOption, setVerb } from '../verb.ts';
import { ENDPOINT_PROFILES } from './endpoint-profile.ts';

/** `vouchsafe federation …` */
export function addFederationCommands(program: Command, terminal: Terminal): void {
  const federation = program
    .command('federation')
    .description('Federation: where the bundles of other trust domains come from');
  const add = (name: string, description: string): Command =>
    federation.command(name).description(description).addOption(adminSocketOption());
  const create = add('create', 'Say where the bundle of a trust domain is fetched')
    .addOption(trustDomainOption())
    .addOption(
      new RequiredOption('--endpoint-url <URL>', 'its bundle endpoint, https://…').argParser(
        textFlag,
      ),
    )
    .addOption(
      new RequiredOption(
        '--profile <PROFILE>',
        'how the endpoint proves itself: https_web by a certificate of the Web PKI, https_spiffe by an X509-SVID',
      ).choices(ENDPOINT_PROFILES),
    );
  setVerb(
    addDetails(create).addOption(outputOption()),
    terminal,
    async () => (await import('./create.ts')).createRelationship,
  );
  const update = add('update', 'Change what the flags name; the rest stays')
    .addOption(trustDomainOption())
    .addOption(
      new Option('--endpoint-url <URL>', 'its bundle endpoint, https://…').argParser(textFlag),
    )
    .addOption(
      new Option('--profile <PROFILE>', 'how the endpoint proves itself').choices(
        ENDPOINT_PROFILES,
      ),
    );
  setVerb(
    addDetails(update).addOption(outputOption()),
    terminal,
    async () => (await import('./update.ts')).updateRelationship,
  );
  addReading(add, terminal);
  const refresh = add('refresh', 'Fetch the bundle now').addOption(trustDomainOption());
  setVerb(refresh, terminal, async () => (await import('./refresh.ts')).refreshBundle);
  const remove = add('delete', 'End the federation; the bundle that is stored stays')
    .addOption(
      new RequiredOption('--trust-domain <NAME>', 'with whom; repeatable').argParser(
        repeated(trustDomainFlag),
      ),
    )
    .addOption(outputOption());
  setVerb(remove, terminal, async () => (await import('./delete.ts')).deleteRelationships);
}

function addReading(add: (name: string, description: string) => Command, terminal: Terminal): void {
  const list = add('list', 'List the trust domains that are federated with');
  setVerb(
    list.addOption(outputOption()),
    terminal,
    async () => (await import('./list.ts')).listRelationships,
  );
  const show = add('show', 'Show where the bundle of a trust domain is fetched')
    .addOption(trustDomainOption())
    .addOption(outputOption());
  setVerb(show, terminal, async () => (await import('./show.ts')).showRelationship);
}

const trustDomainOption = (): Option =>
  new RequiredOption('--trust-domain <NAME>', 'the other trust domain').argParser(trustDomainFlag);

const addDetails = (command: Command): Command =>
  command
    .addOption(
      new Option(
        '--endpoint-spiffe-id <ID>',
        'whom the endpoint has to be, with https_spiffe',
      ).argParser(spiffeIdFlag),
    )
    .addOption(
      new Option(
        '--bundle-file <FILE>',
        'the bundle as it is now: PEM certificates, or a SPIFFE bundle in JSON; - for standard input',
      ).argParser(textFlag),
    );
