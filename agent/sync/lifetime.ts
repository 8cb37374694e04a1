/** Around half-life by this share of the lifetime both ways: what was issued together is not renewed together. */
const JITTER = 0.05;

export interface Lifetime {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** When something of this lifetime is to be renewed: at half of it, spread by `random` in [0, 1). */
export function renewalTime({ notBefore, notAfter }: Lifetime, random: number): Date {
  const lifetimeMs = notAfter.getTime() - notBefore.getTime();
  const share = 0.5 + JITTER * (2 * random - 1);
  return new Date(notBefore.getTime() + lifetimeMs * share);
}
