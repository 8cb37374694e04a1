import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type {
  Attributes,
  Attributes__Output,
} from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/Attributes';
import { audienceProblem } from './audience-rules.ts';
import type { AudienceRules } from './audience-rules.ts';

/** What an operator says of an entry beside what SPIRE's message has fields for; a part that is not said is empty. */
export interface EntryAttributes {
  /** Who is asked about it. */
  readonly owner: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly environment: string;
  readonly description: string;
  /** Undefined for no rules. */
  readonly audience: AudienceRules | undefined;
}

export const NO_ATTRIBUTES: EntryAttributes = {
  owner: '',
  labels: {},
  environment: '',
  description: '',
  audience: undefined,
};

/** Nothing said is the same as no attributes. */
export function orNone(attributes: EntryAttributes): EntryAttributes | undefined {
  const { owner, labels, environment, description, audience } = attributes;
  const isEmpty =
    owner === '' &&
    environment === '' &&
    description === '' &&
    Object.keys(labels).length === 0 &&
    isLax(audience);
  return isEmpty ? undefined : attributes;
}

const isLax = (rules: AudienceRules | undefined): boolean =>
  rules === undefined ||
  (rules.allow.length === 0 && rules.maxCount === 0 && rules.maxTtlSeconds === 0);

export const decodeAttributes = (
  message: Attributes__Output | null,
): EntryAttributes | undefined =>
  message === null
    ? undefined
    : orNone({
        owner: message.owner,
        labels: { ...message.labels },
        environment: message.environment,
        description: message.description,
        audience:
          message.audience === null
            ? undefined
            : {
                allow: [...new Set(message.audience.allow)],
                maxCount: message.audience.max_count,
                maxTtlSeconds: message.audience.max_ttl,
              },
      });

export function encodeAttributes(attributes: EntryAttributes): Attributes {
  const { owner, labels, environment, description, audience } = attributes;
  return {
    ...{ owner, environment, description, labels: { ...labels } },
    audience:
      audience === undefined
        ? null
        : {
            allow: [...audience.allow],
            max_count: audience.maxCount,
            max_ttl: audience.maxTtlSeconds,
          },
  };
}

interface Attributed {
  readonly spiffeId: SpiffeId;
  readonly attributes: EntryAttributes | undefined;
}

/** Why an entry forbids a JWT-SVID for this audience, and whom to ask; undefined when it does not. */
export function audienceRefusal(
  { spiffeId, attributes }: Attributed,
  audience: readonly string[],
): string | undefined {
  if (attributes?.audience === undefined) return undefined;
  const problem = audienceProblem(audience, attributes.audience);
  if (problem === undefined) return undefined;
  const ask = attributes.owner === '' ? '' : ` (owner: ${attributes.owner})`;
  return `audience rules of ${spiffeId.toString()}${ask}: ${problem}`;
}
