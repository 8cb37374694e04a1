import fc from 'fast-check';
import { messageCodec } from '@vouchsafe/proto/load';
import { decodeStruct, encodeStruct } from '@vouchsafe/proto/struct';
import type { JsonObject, JsonValue } from '@vouchsafe/proto/struct';
import t from 'tap';

const codec = messageCodec('google.protobuf.Struct');

function throughTheWire(object: JsonObject): JsonObject {
  return decodeStruct(codec.decode(codec.encode(encodeStruct(object))));
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return (value as JsonValue[]).map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value as JsonObject).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}

t.test('any JSON object comes back', (t) => {
  const object = fc
    .dictionary(fc.string(), fc.jsonValue({ maxDepth: 4, noUnicodeString: false }))
    .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);
  fc.assert(
    fc.property(object, (value) => {
      return JSON.stringify(throughTheWire(value)) === JSON.stringify(sorted(value));
    }),
  );
  t.end();
});

const rows: readonly string[] = [
  '{}',
  '{"__proto__":{"admin":true}}',
  '{"a":{"__proto__":1,"constructor":2}}',
  '{"empty":"","false":false,"list":[],"null":null,"object":{},"zero":0}',
  '{"list":[null,[[]],{},"",0,false]}',
  '{"max":9007199254740991,"small":5e-324}',
];

t.test('traps', (t) => {
  for (const row of rows) {
    t.equal(JSON.stringify(throughTheWire(JSON.parse(row) as JsonObject)), row);
  }
  t.equal(({} as { admin?: boolean }).admin, undefined);
  t.end();
});

t.test('a value of no kind is null', (t) => {
  t.same(decodeStruct({ fields: { key: {} } }), { key: null });
  t.end();
});

t.test('depth is bounded at what the codec can carry', (t) => {
  const nest = (levels: number, open: string, close: string) =>
    JSON.parse(`{"a":${open.repeat(levels)}1${close.repeat(levels)}}`) as JsonObject;
  for (const [open, close] of [
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) {
    const deepest = nest(39, open, close);
    t.equal(JSON.stringify(throughTheWire(deepest)), JSON.stringify(deepest));
    t.throws(() => encodeStruct(nest(40, open, close)), RangeError);
    t.throws(() => encodeStruct(nest(3000, open, close)), RangeError);
  }
  t.end();
});
