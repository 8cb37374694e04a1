import { Selector } from '@vouchsafe/pki/selector';
import { InvalidArgumentError } from 'commander';
import { nearest } from '../runtime/nearest.ts';

/** The types that the attestors of Vouchsafe and SPIRE find; others may exist, so only a near miss is refused. */
const TYPES = [
  'aws_iid',
  'azure_imds',
  'azure_msi',
  'docker',
  'gcp_iit',
  'http_challenge',
  'k8s',
  'k8s_psat',
  'k8s_sat',
  'slurm',
  'spiffe_id',
  'sshpop',
  'static',
  'systemd',
  'tpm_devid',
  'unix',
  'windows',
  'x509pop',
];

/** What an attestor can say of a workload, where that is a closed list: anything else matches nobody, ever. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  unix: [
    'uid',
    'user',
    'gid',
    'group',
    'supplementary_gid',
    'supplementary_group',
    'path',
    'sha256',
  ],
  systemd: ['id', 'fragment_path'],
  docker: ['label', 'env', 'image_id', 'image_config_digest'],
};

/** Reads a selector as it is typed, and refuses one that is a slip of the keyboard. */
export function selectorFlag(text: string): Selector {
  const selector = parse(text);
  const { type, value } = selector;
  if (!TYPES.includes(type)) {
    const meant = nearest(type, TYPES);
    if (meant === undefined) return selector;
    throw new InvalidArgumentError(`No attestor finds ${type}. Did you mean ${meant}:${value}?`);
  }
  const known = KEYS[type];
  const [key, ...rest] = value.split(':');
  if (known === undefined || key === undefined || (known.includes(key) && rest.length > 0)) {
    return selector;
  }
  throw new InvalidArgumentError(wrongKey(type, key, rest.join(':')));
}

function wrongKey(type: string, key: string, rest: string): string {
  const known = KEYS[type]!;
  const list = known.map((name) => `${type}:${name}:…`).join(', ');
  if (known.includes(key)) return `It has no value: write ${type}:${key}:VALUE.`;
  const meant = nearest(key, known);
  return meant === undefined
    ? `The ${type} attestor finds only ${list}.`
    : `Did you mean ${type}:${meant}:${rest}?`;
}

function parse(text: string): Selector {
  try {
    return Selector.parse(text);
  } catch {
    throw new InvalidArgumentError('A selector is TYPE:VALUE, such as unix:uid:1000.');
  }
}
