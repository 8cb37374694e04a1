import { InvalidArgumentError, Option } from 'commander';
import {
  durationFlag,
  repeated,
  spiffeIdFlag,
  textFlag,
  trustDomainFlag,
  ttlFlag,
} from '../flag-values.ts';
import { selectorFlag } from '../selector-flag.ts';
import { RequiredOption } from '../verb.ts';
import {
  attributeChangeOptions,
  attributeFilterOptions,
  newAttributeOptions,
} from './attribute-flags.ts';

interface Description {
  readonly flags: string;
  readonly description: string;
}

const SPIFFE_ID = { flags: '--spiffe-id <ID>', description: 'SPIFFE ID to give' };
const SELECTOR = {
  flags: '--selector <TYPE:VALUE>',
  description: 'what the workload must show; repeatable',
};

const required = ({ flags, description }: Description): Option =>
  new RequiredOption(flags, description);
const optional = ({ flags, description }: Description): Option => new Option(flags, description);

/** Flags that say what an entry is to be, of a verb that makes one. */
export const newEntryOptions = (): readonly Option[] => [
  ...identityOptions(required),
  ...svidOptions().map(({ option }) => option),
  ...newAttributeOptions(),
];

/** The same of a verb that changes one: what can be said can be taken back. */
export const entryChangeOptions = (): readonly Option[] => [
  ...identityOptions(optional),
  ...svidOptions().flatMap(({ option, negation }) =>
    negation === undefined ? [option] : [option, new Option(...negation)],
  ),
  ...attributeChangeOptions(),
];

function identityOptions(main: (description: Description) => Option): Option[] {
  return [
    main(SPIFFE_ID).argParser(spiffeIdFlag),
    new Option('--parent-id <ID>', 'SPIFFE ID of the agent, or node alias, that may give it')
      .argParser(spiffeIdFlag)
      .conflicts('node'),
    new Option('--node', 'make it a node alias: the SPIFFE ID of every agent with the selectors'),
    main(SELECTOR).argParser(repeated(selectorFlag)),
  ];
}

/** The longest that servers wait. */
const MAX_WAIT_SECONDS = 600;

export const waitOption = (): Option =>
  new Option(
    '--wait [DURATION]',
    'wait until the agents concerned serve it, 10 seconds unless said; fails naming who does not',
  )
    .preset('10s')
    .argParser(waitFlag);

const waitFlag = (text: string): number => {
  const seconds = durationFlag(text);
  if (seconds <= MAX_WAIT_SECONDS) return seconds;
  throw new InvalidArgumentError('At most ten minutes.');
};

interface SvidOption {
  readonly option: Option;
  /** Its opposite, where it has no value that is. */
  readonly negation?: readonly [flag: string, description: string];
}

function svidOptions(): SvidOption[] {
  return [
    { option: new Option('--x509-ttl <TTL>', 'life of its X509-SVIDs').argParser(ttlFlag) },
    { option: new Option('--jwt-ttl <TTL>', 'life of its JWT-SVIDs').argParser(ttlFlag) },
    {
      option: new Option('--dns <NAME>', 'DNS name in its X509-SVIDs; repeatable').argParser(
        repeated(textFlag),
      ),
      negation: ['--no-dns', 'no DNS names'],
    },
    {
      option: new Option('--admin', 'let it administer the server'),
      negation: ['--no-admin', 'do not let it administer the server'],
    },
    {
      option: new Option('--downstream', 'let it be an authority below this server'),
      negation: ['--no-downstream', 'do not let it be an authority'],
    },
    {
      option: new Option(
        '--hint <TEXT>',
        'tells a workload with several SVIDs which one to use',
      ).argParser(textFlag),
      negation: ['--no-hint', 'no hint'],
    },
    {
      option: new Option(
        '--federates-with <TRUST_DOMAIN>',
        'give it the bundle of this trust domain too; repeatable',
      ).argParser(repeated(trustDomainFlag)),
      negation: ['--no-federates-with', 'no bundles but this server’s own'],
    },
  ];
}

const MATCHES = ['exact', 'any', 'superset', 'subset'] as const;
export type Match = (typeof MATCHES)[number];

/** Flags that narrow a list of entries. */
export const filterOptions = (): readonly Option[] => [
  new Option('--spiffe-id <ID>', 'for this SPIFFE ID').argParser(spiffeIdFlag),
  new Option('--parent-id <ID>', 'under this parent').argParser(spiffeIdFlag),
  new Option('--selector <TYPE:VALUE>', 'with this selector among theirs; repeatable').argParser(
    repeated(selectorFlag),
  ),
  new Option(
    '--federates-with <TRUST_DOMAIN>',
    'with this trust domain among theirs; repeatable',
  ).argParser(repeated(trustDomainFlag)),
  new Option(
    '--match <HOW>',
    'their selectors and trust domains have those given and maybe more (superset), no others (subset), just these (exact), or one of them (any) (default: superset)',
  ).choices(MATCHES),
  new Option('--hint <TEXT>', 'with this hint').argParser(textFlag),
  new Option('--downstream', 'those of authorities below this server'),
  ...attributeFilterOptions(),
];
