import t from 'tap';
import fc from 'fast-check';
import { PkiError } from '@vouchsafe/pki/errors';
import { parseJsonObject, parseStrictJson, type JsonValue } from '@vouchsafe/pki/json/strict-json';

const LIMITS = { maxBytes: 1000, maxDepth: 4 };
const parse = (text: string): JsonValue => parseStrictJson(Buffer.from(text), LIMITS);

t.test('reads what JSON.parse reads', (t) => {
  const texts = [
    'null',
    ' true\t',
    '\r\nfalse\n',
    '0',
    '-0',
    '-12.5e-3',
    '1E+2',
    '9007199254740991',
    '""',
    '"a\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00"',
    '"é😀"',
    '[]',
    '[ ]',
    '[1 , [ 2 ] ,"3"]',
    '{}',
    '{ }',
    '{ "a" : 1 , "b" : { "c" : [ null ] } }',
    '{"":{"":""}}',
  ];
  for (const text of texts) t.same(parse(text), JSON.parse(text), text);
  t.end();
});

const refused: readonly (readonly [text: string, code: string])[] = [
  ['', 'PKI_JSON_SYNTAX'],
  [' ', 'PKI_JSON_SYNTAX'],
  ['{}x', 'PKI_JSON_SYNTAX'],
  ['{} {}', 'PKI_JSON_SYNTAX'],
  ['{', 'PKI_JSON_SYNTAX'],
  ['{"a"', 'PKI_JSON_SYNTAX'],
  ['{"a":', 'PKI_JSON_SYNTAX'],
  ['{"a":1', 'PKI_JSON_SYNTAX'],
  ['{"a":1,}', 'PKI_JSON_SYNTAX'],
  ['{"a" 1}', 'PKI_JSON_SYNTAX'],
  ['{a:1}', 'PKI_JSON_SYNTAX'],
  ["{'a':1}", 'PKI_JSON_SYNTAX'],
  ['[1,]', 'PKI_JSON_SYNTAX'],
  ['[1 2]', 'PKI_JSON_SYNTAX'],
  ['[1', 'PKI_JSON_SYNTAX'],
  ['[}', 'PKI_JSON_SYNTAX'],
  ['01', 'PKI_JSON_SYNTAX'],
  ['+1', 'PKI_JSON_SYNTAX'],
  ['1.', 'PKI_JSON_SYNTAX'],
  ['.5', 'PKI_JSON_SYNTAX'],
  ['-', 'PKI_JSON_SYNTAX'],
  ['1e', 'PKI_JSON_SYNTAX'],
  ['0x10', 'PKI_JSON_SYNTAX'],
  ['NaN', 'PKI_JSON_SYNTAX'],
  ['Infinity', 'PKI_JSON_SYNTAX'],
  ['tru', 'PKI_JSON_SYNTAX'],
  ['nullx', 'PKI_JSON_SYNTAX'],
  ['"', 'PKI_JSON_SYNTAX'],
  ['"\\', 'PKI_JSON_SYNTAX'],
  ['"\\"', 'PKI_JSON_SYNTAX'],
  ['"\\x41"', 'PKI_JSON_SYNTAX'],
  ['"\\u12"', 'PKI_JSON_SYNTAX'],
  ['"a\nb"', 'PKI_JSON_SYNTAX'],
  ['"a\u0000b"', 'PKI_JSON_SYNTAX'],
  ['"\\\n"', 'PKI_JSON_SYNTAX'],
  ['// c\n1', 'PKI_JSON_SYNTAX'],
  ['\ufeff{}', 'PKI_JSON_SYNTAX'],
  ['\u00a01', 'PKI_JSON_SYNTAX'],
  ['{"a":1,"a":1}', 'PKI_JSON_DUPLICATE_NAME'],
  ['{"keys":1,"k\\u0065ys":2}', 'PKI_JSON_DUPLICATE_NAME'],
  ['{"__proto__":1,"__proto__":2}', 'PKI_JSON_DUPLICATE_NAME'],
  ['[{"x":{"b":1,"b":2}}]', 'PKI_JSON_DUPLICATE_NAME'],
  ['1e400', 'PKI_JSON_NUMBER'],
  ['-1e400', 'PKI_JSON_NUMBER'],
  ['9'.repeat(400), 'PKI_JSON_NUMBER'],
  ['"\\ud800"', 'PKI_JSON_ENCODING'],
  ['"\\ude00\\ud83d"', 'PKI_JSON_ENCODING'],
  ['{"\\ud800":1}', 'PKI_JSON_ENCODING'],
  ['[[[[[]]]]]', 'PKI_JSON_TOO_DEEP'],
  ['{"a":{"a":{"a":{"a":{}}}}}', 'PKI_JSON_TOO_DEEP'],
  [`"${'a'.repeat(1000)}"`, 'PKI_JSON_TOO_LARGE'],
];

t.test('refuses what is malformed or has two readings', (t) => {
  for (const [text, code] of refused) t.throws(() => parse(text), { code }, JSON.stringify(text));
  const notUtf8 = Uint8Array.from([0x22, 0xff, 0x22]);
  t.throws(() => parseStrictJson(notUtf8, LIMITS), { code: 'PKI_JSON_ENCODING' });
  const halfPair = Uint8Array.from([0x22, 0xed, 0xa0, 0x80, 0x22]);
  t.throws(() => parseStrictJson(halfPair, LIMITS), { code: 'PKI_JSON_ENCODING' });
  t.end();
});

t.test('the limits themselves are still within', (t) => {
  t.same(parse('[[[[]]]]'), [[[[]]]]);
  t.equal(parse(`"${'a'.repeat(998)}"`), 'a'.repeat(998));
  t.end();
});

t.test('integers beyond a double keep every digit', (t) => {
  t.equal(parse('9007199254740993'), 9007199254740993n);
  t.equal(parse('-9007199254740993'), -9007199254740993n);
  t.equal(parse('18446744073709551615'), 18446744073709551615n);
  t.equal(parse('9007199254740992.0'), 9007199254740992, 'a fraction makes it a double');
  t.end();
});

t.test('__proto__ is a name like any other', (t) => {
  const object = parseJsonObject(Buffer.from('{"__proto__":{"admin":true}}'), LIMITS);
  t.equal(Object.getPrototypeOf(object), null);
  t.equal(object['admin'], undefined);
  t.notOk('toString' in object);
  t.same(object['__proto__'], { admin: true });
  t.end();
});

t.test('asked for an object, takes nothing else', (t) => {
  for (const text of ['[]', 'null', '"{}"', '1'])
    t.throws(() => parseJsonObject(Buffer.from(text), LIMITS), { code: 'PKI_JSON_NOT_OBJECT' });
  t.end();
});

const limits = { maxBytes: 1_000_000, maxDepth: 100 };

/** What JSON.parse would have made of it: its integers are doubles. */
const asDoubles = (value: JsonValue): string =>
  JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v));

t.test('agrees with JSON.parse about every text that JSON.stringify writes', (t) => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), fc.constantFrom(0, 2), (json, space) => {
      const text = JSON.stringify(JSON.parse(json), null, space);
      return (
        asDoubles(parseStrictJson(Buffer.from(text), limits)) ===
        asDoubles(JSON.parse(text) as JsonValue)
      );
    }),
    { numRuns: 1000 },
  );
  t.end();
});

t.test(
  'of damaged texts accepts none that JSON.parse refuses, and throws nothing but PkiError',
  (t) => {
    const alphabet = '{}[]",:\\u0123456789abcdefntr.eE+- \n'.split('');
    const edit = fc.tuple(fc.nat(), fc.constantFrom(...alphabet), fc.boolean());
    fc.assert(
      fc.property(fc.json(), fc.array(edit, { minLength: 1, maxLength: 4 }), (json, edits) => {
        let text = json;
        for (const [place, char, replaces] of edits) {
          const at = place % (text.length + 1);
          text = text.slice(0, at) + char + text.slice(replaces ? at + 1 : at);
        }
        let value;
        try {
          value = parseStrictJson(Buffer.from(text), limits);
        } catch (error) {
          return error instanceof PkiError;
        }
        return asDoubles(value) === asDoubles(JSON.parse(text) as JsonValue);
      }),
      { numRuns: 5000 },
    );
    t.end();
  },
);
