import type { RegisteredEntry__Output } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/RegisteredEntry';
import type { Entry__Output } from '@vouchsafe/proto/gen/spire/api/types/Entry';
import type { Attributes__Output } from '@vouchsafe/proto/gen/vouchsafe/server/entry/v1/Attributes';
import { toProtoJson } from '@vouchsafe/proto/json';
import type { JsonObject, JsonValue } from '@vouchsafe/proto/struct';
import type { RequestOf } from '@vouchsafe/proto/services';
import { CallFailure } from '../connect.ts';
import type { Connection } from '../connect.ts';
import { CliError } from '../errors.ts';
import { collectPages } from '../pages.ts';
import { statusName } from '../status-name.ts';

const PAGE_SIZE = 500;

/** An entry and what is said of it beyond SPIRE's message. */
export interface Registered {
  readonly entry: Entry__Output;
  readonly attributes: Attributes__Output | null;
}

type Query = Omit<RequestOf<'serverEntry', 'ListEntries'>, 'page_size' | 'page_token'>;

/** The entries of a server, of one of others too, whose entries have no attributes. @throws CliError */
export async function fetchRegistered(connection: Connection, query: Query): Promise<Registered[]> {
  try {
    return await collectPages(async (pageToken) => {
      const request = { ...query, page_size: PAGE_SIZE, page_token: pageToken };
      const response = await connection.unary('serverEntry', 'ListEntries', request);
      return { items: response.entries.map(complete), nextPageToken: response.next_page_token };
    });
  } catch (error) {
    if (!isUnknownService(error)) throw error;
  }
  if (query.by_attributes) throw withoutAttributes('filter by them');
  const { filter = null } = query;
  const entries = await collectPages(async (pageToken) => {
    const request = { filter, page_size: PAGE_SIZE, page_token: pageToken };
    const response = await connection.unary('entry', 'ListEntries', request);
    return { items: response.entries, nextPageToken: response.next_page_token };
  });
  return entries.map((entry) => ({ entry, attributes: null }));
}

/** The one with this ID. @throws CliError, NOT_FOUND too */
export async function fetchOne(connection: Connection, id: string): Promise<Registered> {
  const entry = await connection.unary('entry', 'GetEntry', { id });
  try {
    const { entries } = await connection.unary('serverEntry', 'ListEntries', { ids: [id] });
    return { entry, attributes: entries[0]?.attributes ?? null };
  } catch (error) {
    if (!isUnknownService(error)) throw error;
    return { entry, attributes: null };
  }
}

/** As SPIRE's message, with the attributes beside its fields where there are any. */
export function registeredJson({ entry, attributes }: Registered): JsonValue {
  const json = toProtoJson('spire.api.types.Entry', entry) as JsonObject;
  if (attributes === null) return json;
  return { ...json, attributes: toProtoJson('vouchsafe.server.entry.v1.Attributes', attributes) };
}

/** Whether a server of others was asked for what only ours have. */
export const isUnknownService = (error: unknown): boolean =>
  error instanceof CallFailure && statusName(error.status) === 'UNIMPLEMENTED';

export const withoutAttributes = (what: string): CliError =>
  new CliError(
    'CLI_NOT_DONE',
    `cannot ${what}: the entries of this server have no owner, labels, environment, description or audience rules`,
  );

function complete({ entry, attributes }: RegisteredEntry__Output): Registered {
  if (entry === null) throw new CliError('CLI_CALL_FAILED', 'the server sent an entry without any');
  return { entry, attributes };
}
