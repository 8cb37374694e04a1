/** Certificates start a little early, for verifiers whose clocks are a little late. */
export const BACKDATE_MS = 10_000;

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** From just before now for `ttlSeconds`, and never longer than who signs it. Whole seconds, as certificates hold. */
export function validityOf(ttlSeconds: number, signerExpiresAt: Date, now: Date): Validity {
  const end = Math.min(now.getTime() + ttlSeconds * 1000, signerExpiresAt.getTime());
  return {
    notBefore: floorToSecond(new Date(now.getTime() - BACKDATE_MS)),
    notAfter: floorToSecond(new Date(end)),
  };
}

export const floorToSecond = (date: Date): Date =>
  new Date(Math.floor(date.getTime() / 1000) * 1000);
