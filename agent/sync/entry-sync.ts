import type { EntryAttributes } from '../../runtime/entry-attributes.ts';
import type { MessageInput, MessageOutput } from '@vouchsafe/proto/load';
import { attributesById } from './attribute-fetcher.ts';
import type { AttributesById } from './attribute-fetcher.ts';
import { CallError, STATUS, hasStatus } from './call-error.ts';
import type { Exchange, ServerConnection } from './server-connection.ts';

export type EntryMessage = MessageOutput<'spire.api.types.Entry'>;
type Request = MessageInput<'spire.api.server.entry.v1.SyncAuthorizedEntriesRequest'>;
type Response = MessageOutput<'spire.api.server.entry.v1.SyncAuthorizedEntriesResponse'>;
type Revision = MessageOutput<'spire.api.server.entry.v1.EntryRevision'>;

/** More than any node runs; a server that goes on beyond it is broken. */
const MAX_ENTRIES = 1_000_000;

/** As many as servers take at once. */
const MAX_FETCHED = 500;

const OUTPUT_MASK = {
  spiffe_id: true,
  selectors: true,
  federates_with: true,
  revision_number: true,
  store_svid: true,
  hint: true,
  additional_attributes: true,
  created_at: true,
} as const satisfies MessageInput<'spire.api.types.EntryMask'>;

/** Which version of an entry this is. */
export interface EntryVersion {
  readonly id: string;
  readonly revision: string;
  /** Unix seconds; 0 from servers that do not say. */
  readonly createdAt: number;
}

/** Whether this version of an entry is already here. */
export type IsKnown = (version: EntryVersion) => boolean;

/** What the server says that this agent may serve. */
export interface AuthorizedEntries {
  /** Every one of them, changed or not. */
  readonly ids: ReadonlySet<string>;
  /** Those that were not known. */
  readonly changed: readonly EntryMessage[];
}

/** Single entries, as far as this agent may serve them, with all that is said of them. */
export interface FetchedEntries {
  readonly messages: readonly EntryMessage[];
  readonly attributes: AttributesById;
}

/** Fetches the entries of this agent, of a long list only those that have changed. */
export class EntrySync {
  readonly #connection: ServerConnection;
  #isSupported = true;

  constructor(connection: ServerConnection) {
    this.#connection = connection;
  }

  /** @throws CallError, AgentError */
  async fetch(isKnown: IsKnown): Promise<AuthorizedEntries> {
    if (!this.#isSupported) return this.#fetchAll(isKnown);
    const exchange = this.#connection.exchange('entry', 'SyncAuthorizedEntries');
    try {
      return await converse(exchange, isKnown);
    } catch (error) {
      if (!hasStatus(error, STATUS.UNIMPLEMENTED)) throw error;
      this.#isSupported = false; // a server from before SPIRE 1.9
      return await this.#fetchAll(isKnown);
    } finally {
      exchange.end();
    }
  }

  /** Those of these entries that this agent is authorized for; of servers that tell of updates. */
  async fetchThese(ids: readonly string[]): Promise<FetchedEntries> {
    const messages: EntryMessage[] = [];
    const found = new Map<string, EntryAttributes>();
    for (let at = 0; at < ids.length; at += MAX_FETCHED) {
      const request = { ids: ids.slice(at, at + MAX_FETCHED), output_mask: OUTPUT_MASK };
      const answer = await this.#connection.unary('updates', 'FetchEntries', request);
      const { entries, attributes } = answer;
      const wanted = new Set(request.ids);
      if (!entries.every(({ id }) => wanted.delete(id))) throw unexpected('not what was asked for');
      messages.push(...entries);
      for (const [id, one] of attributesById(attributes)) found.set(id, one);
    }
    return { messages, attributes: found };
  }

  async #fetchAll(isKnown: IsKnown): Promise<AuthorizedEntries> {
    const request = { output_mask: OUTPUT_MASK };
    const { entries } = await this.#connection.unary('entry', 'GetAuthorizedEntries', request);
    return unknownOf(entries, isKnown);
  }
}

/** The dialog of SyncAuthorizedEntries: everything at once if it is little, else revisions first, then what differs. */
async function converse(
  exchange: Exchange<Request, Response>,
  isKnown: IsKnown,
): Promise<AuthorizedEntries> {
  exchange.send({ output_mask: OUTPUT_MASK });
  const first = await next(exchange);
  if (first.entry_revisions.length === 0) return unknownOf(first.entries, isKnown);
  const revisions = await receiveRevisions(exchange, first);
  const wanted = revisions.filter((revision) => !isKnown(versionOf(revision)));
  // The server's first page says how many it hands out at once.
  const pageSize = first.entry_revisions.length;
  const changed: EntryMessage[] = [];
  for (let at = 0; at < wanted.length; at += pageSize) {
    const ids = wanted.slice(at, at + pageSize).map(({ id }) => id);
    exchange.send({ ids });
    changed.push(...(await receiveEntries(exchange, ids.length)));
  }
  return { ids: new Set(revisions.map(({ id }) => id)), changed };
}

async function receiveRevisions(
  exchange: Exchange<Request, Response>,
  first: Response,
): Promise<readonly Revision[]> {
  const revisions: Revision[] = [];
  for (let page = first; ; page = await next(exchange)) {
    if (page.entries.length > 0) throw unexpected('entries among revisions');
    revisions.push(...page.entry_revisions);
    if (revisions.length > MAX_ENTRIES) throw unexpected('too many entries');
    if (!page.more) return revisions.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

async function receiveEntries(
  exchange: Exchange<Request, Response>,
  limit: number,
): Promise<readonly EntryMessage[]> {
  const entries: EntryMessage[] = [];
  for (;;) {
    const page = await next(exchange);
    if (page.entry_revisions.length > 0) throw unexpected('revisions among entries');
    entries.push(...page.entries);
    if (entries.length > limit) throw unexpected('more entries than asked for');
    if (!page.more) return entries;
  }
}

async function next(exchange: Exchange<Request, Response>): Promise<Response> {
  const message = await exchange.receive();
  if (message === undefined) throw unexpected('the stream ended early');
  return message;
}

function unknownOf(entries: readonly EntryMessage[], isKnown: IsKnown): AuthorizedEntries {
  return {
    ids: new Set(entries.map(({ id }) => id)),
    changed: entries.filter((entry) => !isKnown(versionOf(entry))),
  };
}

export function versionOf(message: Revision | EntryMessage): EntryVersion {
  const { id, revision_number, created_at } = message;
  return { id, revision: revision_number, createdAt: Number(created_at) };
}

function unexpected(what: string): CallError {
  return new CallError(STATUS.INVALID_ARGUMENT, `the server broke the sync protocol: ${what}`);
}
