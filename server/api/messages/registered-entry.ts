import type { RegisteredEntry } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/RegisteredEntry';
import type { EntryMask__Output } from '@vouchsafe/proto/gen/spire/api/types/EntryMask';
import { encodeAttributes } from '../../../runtime/entry-attributes.ts';
import type { RegistrationEntry } from '../../registration/entry.ts';
import { encodeEntry } from './entry.ts';

/** With a mask, of the entry what it names. */
export const encodeRegistered = (
  entry: RegistrationEntry,
  mask: EntryMask__Output | null = null,
): RegisteredEntry => ({
  entry: encodeEntry(entry, mask),
  attributes:
    entry.attributes === undefined || mask !== null ? null : encodeAttributes(entry.attributes),
});
