import { decodeAttributes } from '../../runtime/entry-attributes.ts';
import type { EntryAttributes } from '../../runtime/entry-attributes.ts';
import { STATUS, hasStatus } from './call-error.ts';
import { mapConcurrently } from './concurrently.ts';
import type { ServerConnection } from './server-connection.ts';

/** As many as servers take at once. */
const MAX_FETCHED = 500;
const AT_ONCE = 4;

/** By entry ID; what has none is missing. */
export type AttributesById = ReadonlyMap<string, EntryAttributes>;

type Message = Parameters<typeof decodeAttributes>[0];

export function attributesById(messages: Readonly<Record<string, Message>>): AttributesById {
  const attributes = new Map<string, EntryAttributes>();
  for (const [id, message] of Object.entries(messages)) {
    const decoded = decodeAttributes(message);
    if (decoded !== undefined) attributes.set(id, decoded);
  }
  return attributes;
}

/** What the server knows of entries beyond SPIRE's message of them. */
export class AttributeFetcher {
  readonly #connection: Pick<ServerConnection, 'unary'>;
  #isSupported = true;

  constructor(connection: Pick<ServerConnection, 'unary'>) {
    this.#connection = connection;
  }

  /**
   * Those of these entries. To be asked for after the entries: an attribute that is newer than its entry is told once
   * more, one that is older would stay.
   * @throws CallError, AgentError
   */
  async fetch(ids: readonly string[]): Promise<AttributesById> {
    if (!this.#isSupported) return new Map();
    const pages = Array.from({ length: Math.ceil(ids.length / MAX_FETCHED) }, (_, page) =>
      ids.slice(page * MAX_FETCHED, (page + 1) * MAX_FETCHED),
    );
    try {
      const fetched = await mapConcurrently(pages, AT_ONCE, (page) => this.#fetchPage(page));
      return new Map(fetched.flatMap((page) => [...page]));
    } catch (error) {
      if (!hasStatus(error, STATUS.UNIMPLEMENTED)) throw error;
      this.#isSupported = false; // a server of others, whose entries have none
      return new Map();
    }
  }

  async #fetchPage(ids: readonly string[]): Promise<AttributesById> {
    const request = { ids: [...ids] };
    const { attributes } = await this.#connection.unary(
      'serverEntry',
      'GetAuthorizedAttributes',
      request,
    );
    return attributesById(attributes);
  }
}
