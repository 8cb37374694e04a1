/** What a value is, whatever the engine stores it as. */
export type ColumnType = 'text' | 'integer' | 'boolean' | 'bytes';

export interface TableSpec {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** In which order its rows are read, and so were made. */
  readonly order: readonly string[];
}

/**
 * All that a dump has, in an order in which it can be written. The change log is not among it: who asks for more than
 * there is of it reads everything anew.
 */
export const TABLES: readonly TableSpec[] = [
  {
    name: 'bundles',
    columns: {
      trust_domain: 'text',
      sequence_number: 'text',
      refresh_hint: 'integer',
      x509_authorities: 'text',
      jwt_authorities: 'text',
    },
    order: ['trust_domain'],
  },
  {
    name: 'federation_relationships',
    columns: { trust_domain: 'text', url: 'text', profile: 'text', endpoint_id: 'text' },
    order: ['trust_domain'],
  },
  {
    name: 'authorities',
    columns: {
      server_id: 'text',
      kind: 'text',
      slot: 'text',
      status: 'text',
      authority_id: 'text',
      issued_at: 'integer',
      expires_at: 'integer',
      public_part: 'bytes',
    },
    order: ['server_id', 'kind', 'slot'],
  },
  {
    name: 'agents',
    columns: {
      id: 'text',
      attestation_type: 'text',
      serial_number: 'text',
      expires_at: 'integer',
      renewed_serial_number: 'text',
      renewed_expires_at: 'integer',
      can_reattest: 'boolean',
      selectors: 'text',
      agent_version: 'text',
    },
    order: ['row'],
  },
  {
    name: 'join_tokens',
    columns: {
      hash: 'text',
      expires_at: 'integer',
      alias_id: 'text',
      public_key_hash: 'text',
    },
    order: ['hash'],
  },
  {
    name: 'entries',
    columns: {
      id: 'text',
      spiffe_id: 'text',
      parent_id: 'text',
      selectors: 'text',
      x509_svid_ttl: 'integer',
      jwt_svid_ttl: 'integer',
      federates_with: 'text',
      admin: 'boolean',
      downstream: 'boolean',
      expires_at: 'integer',
      dns_names: 'text',
      store_svid: 'boolean',
      hint: 'text',
      additional_attributes: 'text',
      attributes: 'text',
      revision_number: 'integer',
      created_at: 'integer',
      fingerprint: 'text',
    },
    order: ['row'],
  },
];

/** A value as a dump has it. */
export type DumpedValue = string | number | boolean | null;
export type DumpedRow = Readonly<Record<string, DumpedValue>>;

interface Codec {
  readonly toDump: (value: unknown) => DumpedValue;
  readonly fromDump: (value: DumpedValue) => unknown;
  readonly holds: (value: DumpedValue) => boolean;
}

/** SQLite has no booleans. */
const CODECS: Readonly<Record<ColumnType, Codec>> = {
  text: { toDump: String, fromDump: (value) => value, holds: (value) => typeof value === 'string' },
  integer: { toDump: Number, fromDump: (value) => value, holds: Number.isSafeInteger },
  boolean: {
    toDump: Boolean,
    fromDump: (value) => value,
    holds: (value) => typeof value === 'boolean',
  },
  bytes: {
    toDump: (value) => Buffer.from(value as Uint8Array).toString('base64'),
    fromDump: (value) => Buffer.from(value as string, 'base64'),
    holds: (value) => typeof value === 'string',
  },
};

export function dumpedRow({ columns }: TableSpec, row: Readonly<Record<string, unknown>>) {
  const values = Object.entries(columns).map(([name, type]) => {
    const value = row[name] ?? null;
    return [name, value === null ? null : CODECS[type].toDump(value)] as const;
  });
  return Object.fromEntries(values);
}

/** @throws TypeError for a column that this release does not know, or a value that is none of its kind */
export function storedRow({ name, columns }: TableSpec, row: DumpedRow): Record<string, unknown> {
  const values = Object.entries(row).map(([column, value]) => {
    const type = Object.hasOwn(columns, column) ? columns[column] : undefined;
    if (type === undefined) throw new TypeError(`${name} has no column ${column}`);
    if (value === null) return [column, null] as const;
    if (!CODECS[type].holds(value)) throw new TypeError(`${name}.${column} is not ${type}`);
    return [column, CODECS[type].fromDump(value)] as const;
  });
  return Object.fromEntries(values);
}
