import type { EntrySpec } from './entry.ts';
import { dnsNameProblem } from './dns-name.ts';

const MAX_HINT_BYTES = 1024;
const ENTRY_ID = /^[-.0-9A-Z_a-z]{1,255}$/;

/** What an entry must be beside what its fields' own types say; each with the refusal's text. */
const RULES: readonly ((entry: EntrySpec) => string | undefined)[] = [
  ({ selectors }) => (selectors.length === 0 ? 'selector list is empty' : undefined),
  ({ hint }) =>
    Buffer.byteLength(hint) > MAX_HINT_BYTES
      ? `hint is too long, max length is ${MAX_HINT_BYTES}`
      : undefined,
  ({ dnsNames }) => dnsNames.map(dnsNameProblem).find((problem) => problem !== undefined),
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
  // Federation has no bundles to offer yet: such an entry would give an identity that trusts nobody it was meant to.
  ({ federatesWith }) =>
    federatesWith[0] === undefined
      ? undefined
      : `unable to find federated bundle "${federatesWith[0].id}"`,
];

/** @throws TypeError with the first rule that is broken */
export function checkEntry(entry: EntrySpec): void {
  for (const rule of RULES) {
    const problem = rule(entry);
    if (problem !== undefined) throw new TypeError(problem);
  }
}

/** The ID a client chose; undefined when it leaves that to the server. */
export function checkEntryId(id: string): string | undefined {
  if (id === '') return undefined;
  if (!ENTRY_ID.test(id)) {
    throw new TypeError(
      'entry ID must have 1 to 255 characters, letters, digits, dots, dashes and underscores',
    );
  }
  return id;
}
