import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { AttributeFetcher } from './attribute-fetcher.ts';
import type { AttributesById } from './attribute-fetcher.ts';
import { CallError, STATUS, hasStatus } from './call-error.ts';
import { EntrySync } from './entry-sync.ts';
import type { AuthorizedEntries, FetchedEntries, IsKnown } from './entry-sync.ts';
import { parseBundle, parseChain } from './messages.ts';
import type { ServerConnection, Subscription } from './server-connection.ts';
import { parseUpdate } from './update.ts';
import type { Update } from './update.ts';

/** Wider values could not come from an honest server, and would break dates made of them. */
const MAX_UNIX_SECONDS = 8.64e12;

export interface CsrOfEntry {
  readonly entryId: string;
  /** DER. */
  readonly csr: Uint8Array;
}

/** A JWT-SVID as the server issued it. */
export interface IssuedJwtSvid {
  readonly token: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** Evidence of who this node is. */
export interface AttestationRequest {
  /** The node attestor. */
  readonly type: string;
  readonly payload: Uint8Array;
  /** DER. */
  readonly csr: Uint8Array;
}

export interface AttestationResult {
  readonly chain: readonly Certificate[];
  readonly reattestable: boolean;
}

/** The server's API, as far as an agent uses it. Every method may throw CallError, AgentError AGENT_SERVER_UNTRUSTED. */
export class ServerClient {
  readonly #connection: ServerConnection;
  readonly #entries: EntrySync;
  readonly #attributes: AttributeFetcher;

  constructor(connection: ServerConnection) {
    this.#connection = connection;
    this.#entries = new EntrySync(connection);
    this.#attributes = new AttributeFetcher(connection);
  }

  /** Asks to be admitted; attestors whose evidence is one message need no challenge, and get none. */
  async attestAgent({ type, payload, csr }: AttestationRequest): Promise<AttestationResult> {
    const exchange = this.#connection.exchange('agent', 'AttestAgent');
    try {
      exchange.send({ params: { data: { type, payload }, params: { csr } } });
      const answer = await exchange.receive();
      if (answer?.step !== 'result' || !answer.result) throw unexpected('no result');
      const { svid, reattestable } = answer.result;
      return { chain: parse(() => parseChain(svid)), reattestable };
    } finally {
      exchange.end();
    }
  }

  async renewAgent(csr: Uint8Array): Promise<readonly Certificate[]> {
    const { svid } = await this.#connection.unary('agent', 'RenewAgent', { params: { csr } });
    return parse(() => parseChain(svid));
  }

  async postStatus(version: string): Promise<void> {
    await this.#connection.unary('agent', 'PostStatus', { agent_version: version });
  }

  fetchEntries(isKnown: IsKnown): Promise<AuthorizedEntries> {
    return this.#entries.fetch(isKnown);
  }

  fetchTheseEntries(ids: readonly string[]): Promise<FetchedEntries> {
    return this.#entries.fetchThese(ids);
  }

  fetchAttributes(ids: readonly string[]): Promise<AttributesById> {
    return this.#attributes.fetch(ids);
  }

  /** What happens from this revision on; UNIMPLEMENTED from servers of others. */
  watch(fromRevision: bigint): Subscription<Update> {
    const request = { from_revision: fromRevision.toString() };
    const messages = this.#connection.subscribe('updates', 'Watch', request);
    return {
      ...messages,
      receive: async () => {
        const message = await messages.receive();
        return message === undefined ? undefined : parseUpdate(message);
      },
    };
  }

  /** What was told up to this revision is served. */
  async acknowledge(revision: bigint): Promise<void> {
    await this.#connection.unary('updates', 'Acknowledge', { revision: revision.toString() });
  }

  /** The bundle of the own trust domain; `previous` itself when it has not changed. */
  async fetchBundle(trustDomain: TrustDomain, previous?: TrustBundle): Promise<TrustBundle> {
    const message = await this.#connection.unary('bundle', 'GetBundle', {});
    return parse(() => parseBundle(message, trustDomain, previous));
  }

  /** Undefined when the server does not have it. */
  async fetchFederatedBundle(
    trustDomain: TrustDomain,
    previous?: TrustBundle,
  ): Promise<TrustBundle | undefined> {
    const { name } = trustDomain;
    try {
      const message = await this.#connection.unary('bundle', 'GetFederatedBundle', {
        trust_domain: name,
      });
      return parse(() => parseBundle(message, trustDomain, previous));
    } catch (error) {
      if (hasStatus(error, STATUS.NOT_FOUND)) return undefined;
      throw error;
    }
  }

  /** One answer a request, in their order: the chain, or why there is none. */
  async newX509Svids(
    requests: readonly CsrOfEntry[],
  ): Promise<readonly (readonly Certificate[] | Error)[]> {
    const { results } = await this.#connection.unary('svid', 'BatchNewX509SVID', {
      params: requests.map(({ entryId, csr }) => ({ entry_id: entryId, csr })),
    });
    if (results.length !== requests.length) throw unexpected('not one result for each request');
    return results.map(({ status, svid }) => {
      if (status !== null && status.code !== 0) return new CallError(status.code, status.message);
      try {
        return parseChain(svid);
      } catch (error) {
        return unexpected('a result that does not parse', error);
      }
    });
  }

  /** A workload waits for it, and another one does no harm: when the server dies over it, the next one is asked. */
  async newJwtSvid(entryId: string, audience: readonly string[]): Promise<IssuedJwtSvid> {
    const request = { entry_id: entryId, audience: [...audience] };
    const ask = () => this.#connection.unary('svid', 'NewJWTSVID', request);
    const { svid } = await ask().catch((error: unknown) => {
      if (!hasStatus(error, STATUS.UNAVAILABLE)) throw error;
      return ask();
    });
    const { token = '', issued_at = '0', expires_at = '0' } = svid ?? {};
    const [issued, expires] = [Number(issued_at), Number(expires_at)];
    if (token === '' || issued <= 0 || expires < issued || expires > MAX_UNIX_SECONDS) {
      throw unexpected('a JWT-SVID without token or times');
    }
    return { token, issuedAt: new Date(issued * 1000), expiresAt: new Date(expires * 1000) };
  }
}

function parse<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unexpected('an answer that does not parse', error);
  }
}

function unexpected(what: string, cause?: unknown): CallError {
  return new CallError(STATUS.INVALID_ARGUMENT, `the server sent ${what}`, { cause });
}
