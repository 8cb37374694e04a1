import type { AudienceRules } from '../../runtime/audience-rules.ts';
import type { EntryAttributes } from '../../runtime/entry-attributes.ts';

const MAX_TEXT = 255;
const MAX_DESCRIPTION = 1024;
const MAX_LABELS = 64;
const MAX_AUDIENCES = 100;
const CONTROL = /\p{Cc}/u;
const LABEL_KEY = /^[0-9A-Za-z](?:[-._/0-9A-Za-z]{0,126}[0-9A-Za-z])?$/;

type Rule = (attributes: EntryAttributes) => string | undefined;

const RULES: readonly Rule[] = [
  ({ owner }) => textProblem('owner', owner, MAX_TEXT),
  ({ environment }) => textProblem('environment', environment, MAX_TEXT),
  ({ description }) => textProblem('description', description, MAX_DESCRIPTION),
  ({ labels }) =>
    Object.keys(labels).length > MAX_LABELS ? `more than ${MAX_LABELS} labels` : undefined,
  ({ labels }) => first(Object.entries(labels), labelProblem),
  ({ audience }) => (audience === undefined ? undefined : audienceRulesProblem(audience)),
];

/** What is wrong with the attributes that an entry is to have; undefined for nothing. */
export const attributesProblem = (attributes: EntryAttributes): string | undefined =>
  first(RULES, (rule) => rule(attributes));

function labelProblem([key, value]: readonly [string, string]): string | undefined {
  if (LABEL_KEY.test(key)) return textProblem(`label ${key}`, value, MAX_TEXT);
  return `label key ${JSON.stringify(key.slice(0, MAX_TEXT))} must have 1 to 128 letters, digits and -._/ between them`;
}

function audienceRulesProblem({ allow, maxCount, maxTtlSeconds }: AudienceRules) {
  if (maxCount < 0) return 'the number of audiences cannot be negative';
  if (maxTtlSeconds < 0) return 'the longest life of a JWT-SVID cannot be negative';
  if (allow.length > MAX_AUDIENCES) return `more than ${MAX_AUDIENCES} allowed audiences`;
  return first(allow, (one) =>
    one === '' ? 'an allowed audience is empty' : textProblem('allowed audience', one, MAX_TEXT),
  );
}

function textProblem(what: string, text: string, maxBytes: number): string | undefined {
  if (Buffer.byteLength(text) > maxBytes) return `${what} is longer than ${maxBytes} bytes`;
  // PostgreSQL has no text with NUL, and a line is what tables and logs show.
  return CONTROL.test(text) ? `${what} has a control character` : undefined;
}

function first<T>(
  items: readonly T[],
  problemOf: (item: T) => string | undefined,
): string | undefined {
  for (const item of items) {
    const problem = problemOf(item);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
