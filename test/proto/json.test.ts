import { readFileSync } from 'node:fs';
import { toProtoJson } from '@vouchsafe/proto/json';
import { messageCodec } from '@vouchsafe/proto/load';
import type { MessageName } from '@vouchsafe/proto/load';
import t from 'tap';

interface Vector {
  readonly name: MessageName;
  readonly hex: string;
  readonly json: unknown;
}

/** Bytes and JSON as Go's protojson writes them with proto names and unpopulated fields, which is what SPIRE prints. */
const vectors = JSON.parse(
  readFileSync(new URL('../vectors/proto-json.json', import.meta.url), 'utf8'),
) as Vector[];

t.test('prints what Go prints, in the same order', (t) => {
  for (const { name, hex, json } of vectors) {
    const message = messageCodec(name).decode(Buffer.from(hex, 'hex'));
    t.equal(JSON.stringify(toProtoJson(name, message)), JSON.stringify(json), `${name} ${hex}`);
  }
  t.end();
});

t.test('packed messages of types it does not know stay bytes', (t) => {
  const reference = { type_url: 'type.googleapis.com/other.Message', value: Buffer.from([1, 2]) };
  t.same(toProtoJson('spiffe.broker.WorkloadReference', { reference }), {
    reference: { '@type': 'type.googleapis.com/other.Message', value: 'AQI=' },
  });
  t.end();
});

t.test('numbers that JSON cannot say are strings', (t) => {
  t.equal(toProtoJson('google.protobuf.DoubleValue', { value: NaN }), 'NaN');
  t.equal(toProtoJson('google.protobuf.DoubleValue', { value: -Infinity }), '-Infinity');
  t.end();
});

t.test('refuses a message that is none of this package', (t) => {
  t.throws(() => toProtoJson('constructor' as MessageName, {}), TypeError);
  t.throws(() => toProtoJson('spire.api' as MessageName, {}), TypeError);
  t.end();
});
