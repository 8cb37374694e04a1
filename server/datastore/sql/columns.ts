/** Column codecs that every table shares. SQLite has no booleans, no dates and no lists. */
export const fromSeconds = (seconds: number): Date => new Date(seconds * 1000);

/** Whole seconds: what the API and certificates can say. */
export const toSeconds = (date: Date): number => Math.floor(date.getTime() / 1000);

export const toOptionalSeconds = (date: Date | undefined): number | null =>
  date === undefined ? null : toSeconds(date);

export const fromOptionalSeconds = (seconds: number | null): Date | undefined =>
  seconds === null ? undefined : fromSeconds(seconds);

export const toList = (values: readonly { toString(): string }[]): string =>
  JSON.stringify(values.map((value) => value.toString()));

const NOTHING: readonly never[] = [];

export function fromList<T>(text: string, parse: (item: string) => T): readonly T[] {
  if (text === '[]') return NOTHING;
  return (JSON.parse(text) as string[]).map(parse);
}

/** Engines bound the parameters of one statement; rows of twenty columns stay well below. */
const CHUNK = 500;

export function* inChunks<T>(items: readonly T[]): Generator<T[]> {
  for (let start = 0; start < items.length; start += CHUNK) yield items.slice(start, start + CHUNK);
}
