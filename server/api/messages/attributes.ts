import type {
  Attributes,
  Attributes__Output,
} from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/Attributes';
import type { RegisteredEntry } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/RegisteredEntry';
import type { EntryMask__Output } from '@vouchsafe/proto/gen/spire/api/types/EntryMask';
import type { EntryAttributes } from '../../registration/attributes.ts';
import { orNone } from '../../registration/attributes.ts';
import type { RegistrationEntry } from '../../registration/entry.ts';
import { encodeEntry } from './entry.ts';

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

export const encodeRegistered = (
  entry: RegistrationEntry,
  mask: EntryMask__Output | null = null,
): RegisteredEntry => ({
  entry: encodeEntry(entry, mask),
  attributes: entry.attributes === undefined ? null : encodeAttributes(entry.attributes),
});
