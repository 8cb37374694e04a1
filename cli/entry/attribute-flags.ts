import { InvalidArgumentError, Option } from 'commander';
import type { Attributes } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/Attributes';
import { countFlag, repeated, textFlag, ttlFlag } from '../flag-values.ts';

type Label = readonly [key: string, value: string];

/** As `newAttributeOptions` and `attributeChangeOptions` declare them; false takes back what there is. */
export interface AttributeFlags {
  readonly owner?: string | false;
  readonly label?: readonly Label[] | false;
  readonly environment?: string | false;
  readonly description?: string | false;
  readonly audience?: readonly string[] | false;
  readonly audienceMaxCount?: number;
  /** Seconds. */
  readonly audienceMaxTtl?: number;
}

/** As `attributeFilterOptions` declares them. */
export type AttributeFilterFlags = Pick<AttributeFlags, 'owner' | 'label' | 'environment'>;

const labelFlag = (text: string): Label => {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new InvalidArgumentError('A label is KEY=VALUE, such as tier=web.');
};

const options = () => ({
  owner: new Option('--owner <NAME>', 'who is asked about it').argParser(textFlag),
  label: new Option('--label <KEY=VALUE>', 'what else is known of it; repeatable').argParser(
    repeated(labelFlag),
  ),
  environment: new Option('--environment <NAME>', 'where it runs, such as production').argParser(
    textFlag,
  ),
  description: new Option('--description <TEXT>', 'what it is for').argParser(textFlag),
  audience: new Option(
    '--audience <AUDIENCE>',
    'its JWT-SVIDs may name only this audience; repeatable',
  ).argParser(repeated(textFlag)),
  audienceMaxCount: new Option(
    '--audience-max-count <COUNT>',
    'how many audiences one of its JWT-SVIDs may name; 0 for any number',
  ).argParser(countFlag),
  audienceMaxTtl: new Option(
    '--audience-max-ttl <TTL>',
    'the longest that its JWT-SVIDs live; 0 for no limit of its own',
  ).argParser(ttlFlag),
});

const NEGATIONS = [
  ['--no-owner', 'no owner'],
  ['--no-label', 'no labels'],
  ['--no-environment', 'no environment'],
  ['--no-description', 'no description'],
  ['--no-audience', 'no rules for its audiences'],
] as const;

/** Flags for what SPIRE’s message of an entry has no field for, of a verb that makes one. */
export const newAttributeOptions = (): readonly Option[] => Object.values(options());

/** The same of a verb that changes one. */
export const attributeChangeOptions = (): readonly Option[] => [
  ...newAttributeOptions(),
  ...NEGATIONS.map(([flags, description]) => new Option(flags, description)),
];

export function attributeFilterOptions(): readonly Option[] {
  const { owner, label, environment } = options();
  owner.description = 'with this owner';
  label.description = 'with this label; repeatable';
  environment.description = 'of this environment';
  return [owner, label, environment];
}

/** What the flags make of these attributes; undefined when they say nothing of any. */
export function changedAttributes(
  flags: AttributeFlags,
  before: Attributes | null,
): Attributes | undefined {
  const changes = { ...textsOf(flags), ...labelsOf(flags), ...audienceOf(flags, before) };
  return Object.keys(changes).length === 0 ? undefined : { ...before, ...changes };
}

function textsOf(flags: AttributeFlags): Partial<Attributes> {
  const texts = (['owner', 'environment', 'description'] as const).flatMap((name) => {
    const text = flags[name];
    return text === undefined ? [] : [[name, text === false ? '' : text] as const];
  });
  return Object.fromEntries(texts);
}

const labelsOf = ({ label }: AttributeFlags): Pick<Attributes, 'labels'> =>
  label === undefined ? {} : { labels: label === false ? {} : Object.fromEntries(label) };

function audienceOf(
  { audience, audienceMaxCount, audienceMaxTtl }: AttributeFlags,
  before: Attributes | null,
): Pick<Attributes, 'audience'> {
  const rules = {
    ...(audience === undefined || audience === false ? {} : { allow: [...audience] }),
    ...(audienceMaxCount === undefined ? {} : { max_count: audienceMaxCount }),
    ...(audienceMaxTtl === undefined ? {} : { max_ttl: audienceMaxTtl }),
  };
  if (audience === false) return { audience: Object.keys(rules).length === 0 ? null : rules };
  if (Object.keys(rules).length === 0) return {};
  return { audience: { ...before?.audience, ...rules } };
}

/** The filter that the flags make; undefined when they make none. */
export function attributesFilter({ owner, label, environment }: AttributeFilterFlags) {
  if (owner === undefined && label === undefined && environment === undefined) return undefined;
  return {
    ...(owner ? { owner } : {}),
    ...(environment ? { environment } : {}),
    ...(label ? { labels: Object.fromEntries(label) } : {}),
  };
}
