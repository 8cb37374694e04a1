import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { z } from 'zod';
import { MAX_UNIX_PATH_BYTES, parseAddress } from './address.ts';
import type { Address } from './address.ts';
import { parseDuration } from './duration.ts';
import { describeError } from './errors.ts';

/** Turns a parser of text into a schema: its refusal becomes the problem that is reported. */
export function parsed<T>(parse: (text: string) => T): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    try {
      return parse(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: describeError(error) });
      return z.NEVER;
    }
  });
}

export const trustDomain = parsed((text) => TrustDomain.parse(text));
export const spiffeId = parsed((text) => SpiffeId.parse(text));

export const address: z.ZodType<Address, string> = parsed((text) => {
  const value = parseAddress(text);
  if (value === undefined) throw new TypeError('must be HOST:PORT or unix:/ABSOLUTE/PATH');
  return value;
});

/** Of both daemons. */
export const monitoringAddress = address
  .optional()
  .describe(
    'Where probes and scrapers ask by HTTP: /live, /ready and /metrics, at HOST:PORT or unix:PATH. Whoever gets there needs no name, so keep it from the world. None by default',
  );

/** Where a Unix socket can be: the kernel limits its path, and a relative one would be where each command is run. */
export const socketPath: z.ZodString = z
  .string()
  .min(1)
  .refine(
    (path) => path.startsWith('/') && Buffer.byteLength(path) <= MAX_UNIX_PATH_BYTES,
    `must be an absolute path of at most ${MAX_UNIX_PATH_BYTES} bytes`,
  );

const NO_DURATION = 'must be a duration over zero, such as 90, 45s or 1h30m';

/** Seconds, from whole seconds (`16`) or a duration (`1h30m`). */
export const duration: z.ZodType<number, string | number> = z
  .union([z.string(), z.number()], { error: NO_DURATION })
  .transform((value, context) => {
    const seconds = parseDuration(String(value));
    if (seconds !== undefined && seconds > 0) return seconds;
    context.addIssue({ code: 'custom', message: NO_DURATION });
    return z.NEVER;
  });
