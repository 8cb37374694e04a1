import { parseCompactJws } from '@vouchsafe/pki/jwt/jws';
import { parseJwtClaims } from '@vouchsafe/pki/jwt/jwt-claims';
import type { Clock } from '../../runtime/clock.ts';
import type { Log } from '../../runtime/log.ts';
import type { BundleCache } from '../cache/bundle-cache.ts';
import type { RegistrationEntry } from '../cache/entry.ts';
import { jwtSvidKey } from '../cache/jwt-svid-cache.ts';
import type { CachedJwtSvid, JwtSvidCache } from '../cache/jwt-svid-cache.ts';
import { CallError, STATUS } from './call-error.ts';
import { renewalTime } from './lifetime.ts';
import type { IssuedJwtSvid } from './server-client.ts';

/** A workload with a token that is still good does not wait longer for a better one. */
const REFRESH_MS = 1000;
/** Each is a call to the server that a workload waits for. */
const MAX_CALLS = 256;

export interface JwtSvidFetcherDeps {
  readonly server: {
    newJwtSvid(entryId: string, audience: readonly string[]): Promise<IssuedJwtSvid>;
  };
  readonly cache: JwtSvidCache;
  readonly bundles: BundleCache;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: () => number;
}

/** Has JWT-SVIDs issued when they are asked for, and remembers them until half of their life is over. */
export class JwtSvidFetcher {
  readonly #deps: JwtSvidFetcherDeps;
  readonly #inFlight = new Map<string, Promise<CachedJwtSvid>>();
  #calls = 0;

  constructor(deps: JwtSvidFetcherDeps) {
    this.#deps = deps;
  }

  /**
   * A token for the entry's identity and exactly this audience. When the server does not answer, one from before, as
   * long as it is valid.
   * @throws CallError, AgentError
   */
  async fetch(entry: RegistrationEntry, audience: readonly string[]): Promise<string> {
    // A token with a jti is good for one use: it is neither remembered nor shared.
    if (entry.jwtIncludesId) return (await this.#issue(entry, audience)).token;
    const key = jwtSvidKey(entry, audience);
    const cached = this.#find(key);
    if (cached !== undefined && this.#deps.clock.now() < cached.renewAt) return cached.token;
    const fresh = this.#issueOnce(key, () => this.#issue(entry, audience));
    return (await (cached === undefined ? fresh : this.#inTime(fresh, cached))).token;
  }

  #find(key: string): CachedJwtSvid | undefined {
    const { cache, clock, bundles } = this.#deps;
    const cached = cache.find(key);
    if (cached === undefined) return undefined;
    if (cached.expiresAt > clock.now() && !bundles.isJwtTainted(cached.keyId)) return cached;
    cache.delete(key);
    return undefined;
  }

  /** Callers that want the same at the same time share one call to the server. */
  #issueOnce(key: string, issue: () => Promise<CachedJwtSvid>): Promise<CachedJwtSvid> {
    const underWay = this.#inFlight.get(key);
    if (underWay !== undefined) return underWay;
    const { cache } = this.#deps;
    const issued = issue()
      .then((svid) => {
        cache.put(key, svid);
        return svid;
      })
      .finally(() => this.#inFlight.delete(key));
    this.#inFlight.set(key, issued);
    return issued;
  }

  async #issue(entry: RegistrationEntry, audience: readonly string[]): Promise<CachedJwtSvid> {
    if (this.#calls >= MAX_CALLS) {
      throw new CallError(STATUS.RESOURCE_EXHAUSTED, 'too many tokens are being issued');
    }
    const { server, random } = this.#deps;
    this.#calls++;
    try {
      const { token, issuedAt, expiresAt } = await server.newJwtSvid(entry.id, audience);
      const renewAt = renewalTime({ notBefore: issuedAt, notAfter: expiresAt }, random());
      return { token, keyId: checkToken(token, entry, audience), expiresAt, renewAt };
    } finally {
      this.#calls--;
    }
  }

  async #inTime(fresh: Promise<CachedJwtSvid>, cached: CachedJwtSvid): Promise<CachedJwtSvid> {
    const { clock, log } = this.#deps;
    const settled = new AbortController();
    const late = clock.delay(REFRESH_MS, settled.signal).then(() => cached);
    try {
      return await Promise.race([fresh, late]);
    } catch (error) {
      log.debug('Cannot renew a JWT-SVID, using the one at hand', { error });
      return cached;
    } finally {
      settled.abort();
      fresh.catch(() => undefined); // when it came too late to matter
    }
  }
}

/** The token is for others to verify; but it must be the one that was asked for. Returns its key ID. */
function checkToken(token: string, entry: RegistrationEntry, audience: readonly string[]): string {
  try {
    const { header, payload } = parseCompactJws(token);
    const claims = parseJwtClaims(payload);
    if (claims.subject !== entry.spiffeId.toString()) throw new Error('it is for another identity');
    const isExact = JSON.stringify(claims.audience) === JSON.stringify(audience);
    if (!isExact) throw new Error('it is for another audience');
    return header.keyId;
  } catch (cause) {
    throw new CallError(STATUS.INVALID_ARGUMENT, 'the server sent a JWT-SVID not asked for', {
      cause,
    });
  }
}
