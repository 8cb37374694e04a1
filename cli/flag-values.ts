import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { InvalidArgumentError } from 'commander';
import { parseAddress } from '../runtime/address.ts';
import { parseDuration } from '../runtime/duration.ts';
import { describeError } from '../runtime/errors.ts';

const MAX_INT32 = 2_147_483_647;

/** What a flag's text becomes; commander adds to a refusal which flag it was. */
export type FlagParser<T> = (text: string) => T;

function explained<T>(what: string, parse: FlagParser<T>): FlagParser<T> {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(`${what}: ${describeError(error)}.`);
    }
  };
}

export const spiffeIdFlag = explained('A SPIFFE ID is spiffe://TRUST_DOMAIN/PATH', (text) =>
  SpiffeId.parse(text),
);

export const trustDomainFlag = explained('A trust domain is a name such as example.org', (text) =>
  TrustDomain.parse(text),
);

/** Whole seconds, as TTLs travel; 0 leaves it to the server. */
export const ttlFlag: FlagParser<number> = (text) => {
  const seconds = parseDuration(text);
  if (seconds !== undefined && Number.isInteger(seconds) && seconds <= MAX_INT32) return seconds;
  throw new InvalidArgumentError(
    'A TTL is whole seconds, such as 90, or a duration such as 1h30m.',
  );
};

/** More than no time at all. */
export const durationFlag: FlagParser<number> = (text) => {
  const seconds = parseDuration(text);
  if (seconds !== undefined && seconds > 0 && seconds <= MAX_INT32) return seconds;
  throw new InvalidArgumentError('A duration over zero is needed, such as 45s or 1h30m.');
};

/** Calls a second. */
export const rateFlag: FlagParser<number | 'off'> = (text) => {
  if (text === 'off') return 'off';
  const rate = Number(text);
  if (/^\d{1,7}$/.test(text) && rate >= 1 && rate <= 1_000_000) return rate;
  throw new InvalidArgumentError('A rate is a whole number a second, up to 1000000, or off.');
};

export const countFlag: FlagParser<number> = (text) => {
  if (/^\d{1,7}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number is needed.');
};

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

/** A moment, with its time zone: what is meant must not depend on where the command runs. */
export const timeFlag: FlagParser<Date> = (text) => {
  const time = new Date(text);
  if (TIME.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new InvalidArgumentError(
    'A time is a date, a time and a zone, such as 2026-01-31T12:00:00Z.',
  );
};

export const textFlag: FlagParser<string> = (text) => {
  if (text !== '') return text;
  throw new InvalidArgumentError('It cannot be empty.');
};

export const addressFlag: FlagParser<string> = (text) => {
  if (parseAddress(text) !== undefined) return text;
  throw new InvalidArgumentError('An address is HOST:PORT or unix:/ABSOLUTE/PATH.');
};

/** Checks a text that goes on as it is, since whoever gets it parses it himself. */
export function checked(parse: FlagParser<unknown>): FlagParser<string> {
  return (text) => {
    parse(text);
    return text;
  };
}

/** For a flag that may be given several times; what stands before its negation, which is false, does not count. */
export function repeated<T>(
  parse: FlagParser<T>,
): (text: string, previous: readonly T[] | false | undefined) => readonly T[] {
  return (text, previous) => [...(previous || []), parse(text)];
}

/** A process ID. */
export const pidFlag: FlagParser<number> = (text) => {
  if (/^[1-9]\d{0,9}$/.test(text) && Number(text) <= 0x7fffffff) return Number(text);
  throw new InvalidArgumentError('A process ID is a number over zero.');
};
