import { loadSync } from '@grpc/proto-loader';
import type { MessageTypeDefinition } from '@grpc/proto-loader';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { messageCodec, packageDefinition } from '@vouchsafe/proto/load';
import type { MessageInput, MessageName } from '@vouchsafe/proto/load';
import { LOADER_OPTIONS } from '@vouchsafe/proto/loader-options';
import t from 'tap';

const PROTO_DIR = join(import.meta.dirname, '../../proto');

t.test('is built once', (t) => {
  t.equal(packageDefinition(), packageDefinition());
  t.end();
});

interface Trap<N extends MessageName = MessageName> {
  readonly title: string;
  readonly file: string;
  readonly name: N;
  readonly message: MessageInput<N>;
  readonly decoded: unknown;
}

function trap<N extends MessageName>(row: Trap<N>): Trap {
  return row;
}

const AGENT = 'spire/api/server/agent/v1/agent.proto';
const ENTRY = 'spire/api/server/entry/v1/entry.proto';
const WORKLOAD = 'spiffe/workload/workloadapi.proto';

const traps: readonly Trap[] = [
  trap({
    title: 'a map with a key that JavaScript has plans for',
    file: WORKLOAD,
    name: 'X509BundlesResponse',
    message: {
      bundles: JSON.parse('{"__proto__":"AQ==","constructor":"Ag=="}') as Record<string, string>,
    },
    decoded: {
      crl: [],
      bundles: Object.fromEntries([
        ['__proto__', Buffer.from([1])],
        ['constructor', Buffer.from([2])],
      ]),
    },
  }),
  trap({
    title: 'a oneof member that is an empty message',
    file: 'spire/api/types/federationrelationship.proto',
    name: 'spire.api.types.FederationRelationship',
    message: { https_web: {} },
    decoded: {
      bundle_endpoint_profile: 'https_web',
      trust_domain: '',
      bundle_endpoint_url: '',
      https_web: {},
      trust_domain_bundle: null,
    },
  }),
  trap({
    title: 'a oneof member that is empty bytes',
    file: AGENT,
    name: 'spire.api.server.agent.v1.AttestAgentResponse',
    message: { challenge: Buffer.alloc(0) },
    decoded: { step: 'challenge', challenge: Buffer.alloc(0) },
  }),
  trap({
    title: 'a oneof with no member',
    file: AGENT,
    name: 'spire.api.server.agent.v1.AttestAgentResponse',
    message: {},
    decoded: {},
  }),
  trap({
    title: 'a wrapper that says false',
    file: AGENT,
    name: 'spire.api.server.agent.v1.CountAgentsRequest',
    message: { filter: { by_banned: { value: false } } },
    decoded: {
      filter: {
        by_attestation_type: '',
        by_selector_match: null,
        by_banned: { value: false },
        by_can_reattest: null,
        by_expires_before: '',
      },
    },
  }),
  trap({
    title: 'the largest sequence number',
    file: AGENT,
    name: 'spire.api.server.agent.v1.PostStatusRequest',
    message: { current_bundle_serial: '18446744073709551615' },
    decoded: { current_bundle_serial: '18446744073709551615', agent_version: '' },
  }),
  trap({
    title: 'revisions beyond what a double holds',
    file: ENTRY,
    name: 'spire.api.server.entry.v1.EntryRevision',
    message: { id: 'e', revision_number: '9007199254740993', created_at: '-9223372036854775808' },
    decoded: { id: 'e', revision_number: '9007199254740993', created_at: '-9223372036854775808' },
  }),
];

t.test('traps', (t) => {
  for (const { title, name, message, decoded } of traps) {
    const codec = messageCodec(name);
    const output = codec.decode(codec.encode(message));
    // Unlike tap's, this comparison takes `__proto__` for a key like any other.
    t.ok(isDeepStrictEqual(output, decoded), title);
  }
  t.end();
});

t.test('an optional message is absent, empty or filled', (t) => {
  const codec = messageCodec('spire.api.types.Entry');
  const presence = (additional_attributes?: { jwt_svid_include_jti?: boolean } | null) => {
    const message = additional_attributes === undefined ? {} : { additional_attributes };
    const entry = codec.decode(codec.encode(message));
    return [entry._additional_attributes, entry.additional_attributes?.jwt_svid_include_jti];
  };
  t.strictSame(presence(), [undefined, undefined]);
  t.strictSame(presence(null), [undefined, undefined]);
  t.strictSame(presence({}), ['additional_attributes', false]);
  t.strictSame(presence({ jwt_svid_include_jti: true }), ['additional_attributes', true]);
  t.end();
});

t.test('takes 64-bit integers as numbers and as strings', (t) => {
  const codec = messageCodec('spire.api.types.JoinToken');
  for (const expires_at of [1790000000, '1790000000']) {
    t.equal(codec.decode(codec.encode({ expires_at })).expires_at, '1790000000');
  }
  t.end();
});

t.test('an enum value from a later version stays a number', (t) => {
  const codec = messageCodec('spire.api.server.logger.v1.SetLogLevelRequest');
  t.equal(codec.decode(codec.encode({ new_level: 99 as never })).new_level, 99);
  t.equal(codec.decode(codec.encode({ new_level: 'WARN' })).new_level, 'WARN');
  t.end();
});

t.test('reads a view into a larger buffer', (t) => {
  const bytes = Buffer.concat([
    Buffer.alloc(3),
    messageCodec('spire.api.types.JoinToken').encode({ value: 'v' }),
    Buffer.alloc(3),
  ]);
  const view = new Uint8Array(bytes.buffer, bytes.byteOffset + 3, bytes.length - 6);
  t.equal(messageCodec('spire.api.types.JoinToken').decode(view).value, 'v');
  t.end();
});

t.test('the generated descriptor reads and writes what the .proto file does', (t) => {
  for (const { title, file, name, message } of traps) {
    const fromText = loadSync(file, { ...LOADER_OPTIONS, includeDirs: [PROTO_DIR] })[
      name
    ] as MessageTypeDefinition<object, object>;
    const codec = messageCodec(name);
    const bytes = fromText.serialize(message);
    t.strictSame(codec.encode(message), bytes, title);
    t.ok(isDeepStrictEqual(codec.decode(bytes), fromText.deserialize(bytes)), title);
  }
  t.end();
});
