import { Metadata, status } from '@grpc/grpc-js';
import type { Client, ServiceError } from '@grpc/grpc-js';
import type { Readable } from 'node:stream';
import { serviceDefinition } from '@vouchsafe/proto/services';
import t from 'tap';
import type { Test } from 'tap';
import { ACCESS } from '../../../server/api/access.ts';
import type { ServedService } from '../../../server/api/access.ts';
import { PostgresServer, noPostgres } from '../../support/postgres.ts';
import { newAgent, startTestServer } from '../../support/test-server.ts';

// What no client of good will sends, to every method, as whoever may call it.

const SERVICES: readonly ServedService[] = [
  'agent',
  'bundle',
  'entry',
  'svid',
  'health',
  'localAuthority',
  'trustDomain',
  'serverDebug',
  'serverLogger',
  'updates',
  'serverEntry',
  'serverExplain',
];

const TEXTS: Readonly<Record<string, string>> = {
  empty: '',
  'another trust domain': 'spiffe://other.org/workload',
  'a NUL': 'a\0b',
  'line feeds': 'a\r\n{"level":"info","msg":"forged"}',
  'other directories': '../../../../etc/passwd',
  SQL: `'; DROP TABLE entries; --"`,
  'a pattern': '%_*?[a-z]{1,9}',
  'a name of every object': '__proto__',
  'letters from right to left': '\u202Egro.elpmaxe',
  'half a letter': '\uD800',
  'very long': 'x'.repeat(100_000),
  'a number that is none': '-99999999999999999999',
};
const LAST_REVISION = '9223372036854775807';
const NUMBERS = { int32: -2_147_483_648, int64: '-9223372036854775808' };

/** Each kind of part that requests have, filled with the text. */
function hostile(text: string) {
  const id = { trust_domain: text, path: text };
  const ownPath = { trust_domain: 'example.org', path: text };
  const bytes = Buffer.from(text);
  const selectors = [
    { type: text, value: text },
    { type: text, value: text },
  ];
  const match = { selectors, match: 99 };
  const entry = {
    ...{ id: text, spiffe_id: ownPath, parent_id: ownPath, selectors, hint: text },
    ...{ x509_svid_ttl: NUMBERS.int32, jwt_svid_ttl: NUMBERS.int32, dns_names: [text, text] },
    ...{ federates_with: [text, text], expires_at: NUMBERS.int64, store_svid: true },
  };
  const valid = {
    ...{ id: 'valid', parent_id: { trust_domain: 'example.org', path: '/p' } },
    ...{ spiffe_id: { trust_domain: 'example.org', path: '/s' } },
  };
  const plain = { ...valid, selectors: [{ type: 'unix', value: 'uid:1' }] };
  const entries = [
    ...[{}, entry, entry, { ...entry, ...valid, hint: text }],
    ...[
      { ...plain, hint: text },
      { ...plain, selectors },
      { ...plain, dns_names: [text] },
    ],
    ...[
      { ...plain, id: text },
      { ...plain, federates_with: [text] },
    ],
  ];
  const bundle = {
    ...{ trust_domain: text, x509_authorities: [{ asn1: bytes }, { asn1: bytes }] },
    jwt_authorities: [{ public_key: bytes, key_id: text, expires_at: NUMBERS.int64 }],
    ...{ refresh_hint: NUMBERS.int64, sequence_number: '18446744073709551615' },
  };
  const paging = { page_size: NUMBERS.int32, page_token: text };
  const relationship = {
    ...{ trust_domain: 'other.test', bundle_endpoint_url: 'https://other.test/' },
    https_web: {},
  };
  const relationships = [
    ...[{}, relationship, relationship, { ...relationship, trust_domain: text }],
    { ...relationship, bundle_endpoint_url: text },
    { ...relationship, bundle_endpoint_url: `https://${text}/` },
    { ...relationship, bundle_endpoint_url: `https://other.test/${text}` },
    { ...relationship, https_web: null, https_spiffe: { endpoint_spiffe_id: text } },
    { ...relationship, trust_domain_bundle: bundle },
  ];
  const attributes = {
    ...{ owner: text, environment: text, description: text, labels: { [text]: text } },
    audience: { allow: [text, text], max_count: NUMBERS.int32, max_ttl: NUMBERS.int32 },
  };
  return { id, ownPath, bytes, match, entries, attributes, bundle, paging, relationships };
}

/** What a method is sent; those without a row get an empty request. */
function requestsOf(method: string, text: string): readonly object[] {
  const { id, ownPath, bytes, match, entries, attributes, bundle, paging, relationships } =
    hostile(text);
  const byIds = [{ id: null }, { id }, { id: ownPath }];
  const entryFilters = [
    ...[{ by_parent_id: id }, { by_spiffe_id: ownPath }, { by_selectors: match }],
    ...[{ by_selectors: {} }, { by_hint: { value: text } }],
    ...[{ by_federates_with: { trust_domains: [text], match: 99 } }, { by_federates_with: {} }],
  ];
  const agentFilters = [
    { by_attestation_type: text },
    ...[{ by_selector_match: match }, { by_selector_match: {} }, { by_expires_before: text }],
  ];
  const filtered = (filters: readonly object[]): object[] =>
    filters.map((filter) => ({ filter, ...paging }));
  const svidParams = [{}, { entry_id: text }, { entry_id: text, csr: bytes }];
  const bundles = [{ bundle: [{}, bundle, bundle] }, { bundle: [{ trust_domain: 'example.org' }] }];
  const attestation = { data: { type: text, payload: bytes }, params: { csr: bytes } };
  const table: Readonly<Record<string, readonly object[]>> = {
    CountAgents: filtered(agentFilters),
    ListAgents: [...filtered(agentFilters), { page_size: 1, page_token: text }],
    GetAgent: byIds,
    DeleteAgent: byIds,
    BanAgent: byIds,
    AttestAgent: [{ params: attestation }, { challenge_response: bytes }],
    RenewAgent: [{ params: { csr: bytes } }],
    PostStatus: [{ agent_version: text, current_bundle_serial: '18446744073709551615' }],
    CreateJoinToken: [
      { ttl: NUMBERS.int32, token: text, agent_id: ownPath },
      { ttl: 2_147_483_647, token: text, agent_id: id },
      { ttl: 60, token: text },
    ],
    GetFederatedBundle: [{ trust_domain: text }],
    AppendBundle: [
      { x509_authorities: bundle.x509_authorities },
      { jwt_authorities: bundle.jwt_authorities },
    ],
    ListFederatedBundles: [paging, { page_size: 1, page_token: text }],
    BatchCreateFederatedBundle: bundles,
    BatchUpdateFederatedBundle: bundles,
    BatchSetFederatedBundle: bundles,
    BatchDeleteFederatedBundle: [
      { trust_domains: [text, text], mode: 99 },
      { trust_domains: [text, text] },
    ],
    ListFederationRelationships: [paging, { page_size: 1, page_token: text }],
    GetFederationRelationship: [{ trust_domain: text }],
    BatchCreateFederationRelationship: [{ federation_relationships: relationships }],
    BatchUpdateFederationRelationship: [
      { federation_relationships: relationships },
      { federation_relationships: relationships, input_mask: { bundle_endpoint_url: true } },
    ],
    BatchDeleteFederationRelationship: [{ trust_domains: [text, text, 'other.test'] }],
    RefreshBundle: [{ trust_domain: text }],
    CountEntries: filtered(entryFilters),
    ListEntries: [
      ...filtered(entryFilters),
      { page_size: 1, page_token: text },
      { by_attributes: { owner: text, environment: text, labels: { [text]: text } } },
    ],
    GetEntry: [{ id: text }],
    BatchCreateEntry: [{ entries }],
    BatchUpdateEntry: [{ entries }, { entries, input_mask: { hint: true, dns_names: true } }],
    BatchDeleteEntry: [{ ids: [text, text, ''] }],
    SyncAuthorizedEntries: [{ ids: [text] }, { output_mask: {} }],
    MintX509SVID: [{ csr: bytes, ttl: NUMBERS.int32 }],
    MintJWTSVID: [
      { id, audience: [text], ttl: NUMBERS.int32 },
      { id: ownPath, audience: [text, text] },
    ],
    BatchNewX509SVID: [{ params: svidParams }],
    NewJWTSVID: [{ entry_id: text, audience: [text] }],
    SetLogLevel: [{ new_level: 99 }],
    Check: [{ service: text }],
    Watch: [{ from_revision: NUMBERS.int64 }, { from_revision: LAST_REVISION }],
    FetchEntries: [{ ids: [text, text] }, { ids: Array<string>(501).fill('x') }],
    Acknowledge: [{ revision: NUMBERS.int64 }, { revision: LAST_REVISION }],
    AwaitServed: [
      { entry_ids: [text], revision: NUMBERS.int64, wait_ms: NUMBERS.int32 },
      { entry_ids: [text], revision: '1', wait_ms: 1 },
    ],
    ApplyEntries: [
      { bundles: [{}, bundle], delete: [{}, { id: text, revision_number: NUMBERS.int64 }] },
      { create: [{}, ...entries.map((one) => ({ entry: one, attributes }))] },
      ...entries.map((one) => ({ create: [{ entry: one }], dry_run: true })),
      { update: [{}, ...entries.map((one) => ({ entry: one, attributes }))] },
      { update: [{ entry: { id: 'valid' }, input_mask: {}, attributes }] },
    ],
    ExplainIdentity: [
      { spiffe_id: ownPath, agent_id: ownPath },
      { spiffe_id: id, agent_id: id },
    ],
  };
  return [{}, ...(table[method] ?? [])];
}

/** Whose fault it is must never be the server's. */
const OURS: ReadonlySet<number> = new Set([
  status.UNKNOWN,
  status.INTERNAL,
  status.DATA_LOSS,
  status.UNAVAILABLE,
  status.DEADLINE_EXCEEDED,
]);

/** SPIRE says INTERNAL here, and so do we: one that is there already, and one that is not. */
const NOT_OURS = /^failed to (?:create|update) federation relationship: (?:there is one|unable)/;

interface Answer {
  readonly code: number;
  readonly text: string;
}

const inAMinute = () => ({ deadline: Date.now() + 60_000 });

function openStream(
  client: Client,
  { path, requestStream, requestSerialize, responseDeserialize }: Definition,
  request: object,
): Readable & { cancel(): void } {
  const codec = [path, requestSerialize, responseDeserialize] as const;
  if (!requestStream) return client.makeServerStreamRequest(...codec, request, inAMinute());
  const stream = client.makeBidiStreamRequest(...codec, inAMinute());
  stream.write(request);
  stream.end();
  return stream;
}

type Definition = NonNullable<ReturnType<typeof definitions.get>>;

/** Sends one request, however the method streams; the status of the call, and those of the items of a batch. */
function send(client: Client, path: string, request: object): Promise<readonly Answer[]> {
  const definition = definitions.get(path)!;
  const answers: Answer[] = [];
  const keep = (response: unknown): void => {
    const lists = Object.values(response as object).filter((part) => Array.isArray(part));
    for (const result of lists.flat() as { status?: { code: number; message: string } | null }[]) {
      if (result.status) answers.push({ code: result.status.code, text: result.status.message });
    }
  };
  return new Promise((resolve) => {
    const { requestSerialize, responseDeserialize } = definition;
    if (!definition.responseStream) {
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        new Metadata(),
        inAMinute(),
        (error, response) => {
          if (error === null) keep(response);
          else answers.push({ code: error.code, text: error.details });
          resolve(answers);
        },
      );
      return;
    }
    const stream = openStream(client, definition, request);
    // A stream that goes on for ever is left after its first message.
    stream.on('data', (response: unknown) => {
      keep(response);
      if (definition.requestStream) return;
      resolve(answers);
      stream.cancel();
    });
    stream.on('error', (error: ServiceError) => {
      answers.push({ code: error.code, text: error.details });
      resolve(answers);
    });
    stream.on('end', () => resolve(answers));
  });
}

const definitions = new Map(
  SERVICES.flatMap((name) => Object.values(serviceDefinition(name))).map((each) => [
    each.path,
    each,
  ]),
);

t.test('no input makes the server fail', (t) => withstands(t, {}));

// It takes less than SQLite in a text, and says so by an error.
t.test('none does on PostgreSQL', { skip: noPostgres() ?? false }, async (t) => {
  const postgres = await PostgresServer.start(t);
  await withstands(t, { 'database.url': postgres.createDatabase() });
});

async function withstands(t: Test, database: object): Promise<void> {
  const settings = { 'rate_limit.attestation': 'off', log_level: 'warn', ...database };
  const server = await startTestServer(t, { settings });
  const agent = await newAgent(server);
  const local: Client = server.local('agent');
  const asAgent: Client = server.tls('agent', agent.identity);
  const anonymous: Client = server.tls('agent');
  t.strictSame([...definitions.keys()].sort(), Object.keys(ACCESS).sort(), 'every method is asked');

  for (const [path, { allow }] of Object.entries(ACCESS)) {
    const client = allow.includes('local') ? local : allow.includes('agent') ? asAgent : anonymous;
    const method = path.split('/').at(-1)!;
    // A status a second is plenty, and the agent would be told so.
    const texts = Object.entries(TEXTS).slice(0, method === 'PostStatus' ? 4 : undefined);
    await t.test(path, async (t) => {
      for (const [name, text] of texts) {
        for (const request of requestsOf(method, text)) {
          const answers = await send(client, path, request);
          const ours = answers.filter(({ code, text }) => OURS.has(code) && !NOT_OURS.test(text));
          t.strictSame(ours, [], `${name}: ${JSON.stringify(request).slice(0, 200)}`);
          t.ok(
            answers.every(({ text }) => text.length < 8192),
            'no long answer to a long text',
          );
        }
      }
    });
  }
  t.strictSame(
    server.log.filter(({ level }) => level === 'error'),
    [],
  );
  const { code } = (
    await send(asAgent, '/spire.api.server.entry.v1.Entry/GetAuthorizedEntries', {})
  )[0] ?? { code: 0 };
  t.equal(code, 0, 'and the agent is served as before');
}

t.test('a request over 4 MiB is refused before it is read', async (t) => {
  const server = await startTestServer(t);
  const client: Client = server.local('agent');
  for (const path of Object.keys(ACCESS).filter((each) => !definitions.get(each)!.responseStream)) {
    const answer = await new Promise<ServiceError | null>((resolve) => {
      client.makeUnaryRequest(
        path,
        (request: Buffer) => request,
        (response: Buffer) => response,
        Buffer.alloc((4 << 20) + 1),
        (error) => resolve(error),
      );
    });
    t.equal(answer?.code, status.RESOURCE_EXHAUSTED, path);
  }
});
