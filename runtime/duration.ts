const UNITS: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 };
/** A century: longer is a mistake, and added to the time of day it would leave what a Date can hold. */
const LONGEST_SECONDS = 36_525 * 86_400;
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/y;

/**
 * Reads a duration in seconds: whole seconds (`16`) or a sum of parts (`1h30m`, `45s`, `1.5h`).
 * @returns seconds, or undefined when the text is no duration, or one of over a century
 */
export function parseDuration(text: string): number | undefined {
  const seconds = /^\d+$/.test(text) ? Number(text) : parseParts(text);
  return seconds !== undefined && seconds <= LONGEST_SECONDS ? seconds : undefined;
}

function parseParts(text: string): number | undefined {
  let seconds = 0;
  let at = 0;
  while (at < text.length) {
    PART.lastIndex = at;
    const part = PART.exec(text);
    if (part === null) return undefined;
    seconds += Number(part[1]) * UNITS[part[2]!]!;
    at = PART.lastIndex;
  }
  return at === 0 ? undefined : seconds;
}

/** Writes seconds as a person reads them, `1h30m`; fractions of a second are cut. */
export function formatDuration(seconds: number): string {
  let left = Math.trunc(seconds);
  if (left <= 0) return '0s';
  const parts: string[] = [];
  for (const [unit, size] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    if (left >= size) parts.push(`${Math.floor(left / size)}${unit}`);
    left %= size;
  }
  return parts.join('');
}
