import { attributesProblem } from './attributes.ts';
import type { EntrySpec } from './entry.ts';
import { dnsNameProblem } from './dns-name.ts';

const MAX_HINT_BYTES = 1024;
const ENTRY_ID = /^[-.0-9A-Z_a-z]{1,255}$/;

/** What a field must be beside what its own type says, where it is given; each with the refusal's text. */
const FIELD_RULES: readonly ((fields: Partial<EntrySpec>) => string | undefined)[] = [
  ({ selectors }) => (selectors?.length === 0 ? 'selector list is empty' : undefined),
  ({ hint = '' }) =>
    Buffer.byteLength(hint) > MAX_HINT_BYTES
      ? `hint is too long, max length is ${MAX_HINT_BYTES} characters`
      : undefined,
  // PostgreSQL has no text with it.
  ({ hint = '' }) => (hint.includes('\0') ? 'hint contains a NUL character' : undefined),
  ({ dnsNames = [] }) => {
    const problem = dnsNames.map(dnsNameProblem).find((text) => text !== undefined);
    return problem === undefined ? undefined : `invalid DNS name: ${problem}`;
  },
  ({ attributes }) => (attributes === undefined ? undefined : attributesProblem(attributes)),
];

/** What an entry must be as a whole. */
const RULES: readonly ((entry: EntrySpec) => string | undefined)[] = [
  ({ x509SvidTtlSeconds, jwtSvidTtlSeconds }) =>
    x509SvidTtlSeconds < 0 || jwtSvidTtlSeconds < 0 ? 'TTL cannot be negative' : undefined,
  ({ storeSvid, selectors }) =>
    storeSvid && new Set(selectors.map(({ type }) => type)).size > 1
      ? 'selector types must be the same when store SVID is enabled'
      : undefined,
  ({ storeSvid, additionalAttributes }) =>
    storeSvid && additionalAttributes?.disableX509SvidPrefetch === true
      ? 'X509-SVID prefetch cannot be disabled when store SVID is enabled'
      : undefined,
];

/**
 * What is wrong with some fields of an entry, whatever the others are.
 * @throws TypeError with the first rule that is broken
 */
export function checkFields(fields: Partial<EntrySpec>): void {
  const problem = firstProblem(FIELD_RULES, fields);
  if (problem !== undefined) throw new TypeError(problem);
}

/** @throws TypeError with the first rule that is broken */
export function checkEntry(entry: EntrySpec): void {
  checkFields(entry);
  const problem = entryProblem(entry);
  if (problem !== undefined) throw new TypeError(problem);
}

/** What is wrong with an entry whose fields are right each by itself. */
export function entryProblem(entry: EntrySpec): string | undefined {
  return firstProblem(RULES, entry);
}

function firstProblem<T>(
  rules: readonly ((subject: T) => string | undefined)[],
  subject: T,
): string | undefined {
  for (const rule of rules) {
    const problem = rule(subject);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

export const isEntryId = (id: string): boolean => ENTRY_ID.test(id);

/** The ID a client chose; undefined when it leaves that to the server. */
export function checkEntryId(id: string): string | undefined {
  if (id === '') return undefined;
  if (!isEntryId(id)) {
    throw new TypeError(
      'entry ID must have 1 to 255 characters, letters, digits, dots, dashes and underscores',
    );
  }
  return id;
}
