/** Times travel as unix seconds in an int64, of which 0 is none. */
export const encodeTime = (time: Date | undefined): string =>
  time === undefined ? '0' : String(Math.floor(time.getTime() / 1000));

/** The last second a Date can hold. */
const MAX_SECONDS = 8.64e12;

export function decodeTime(seconds: string): Date | undefined {
  const value = Number(seconds);
  if (value === 0) return undefined;
  if (value < 0 || value > MAX_SECONDS) throw new TypeError('time is out of range');
  return new Date(value * 1000);
}
