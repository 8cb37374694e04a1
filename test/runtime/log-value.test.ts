import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import t from 'tap';
import { RuntimeError } from '../../runtime/errors.ts';
import { logValue } from '../../runtime/log-value.ts';

const circle: Record<string, unknown> = {};
circle['self'] = circle;
class Failing {
  toString(): string {
    throw new Error('cannot be printed');
  }
}

const values: readonly (readonly [what: string, value: unknown, printed: unknown])[] = [
  ['a text', 'a', 'a'],
  ['a number', 7, 7],
  ['a bigint', 2n ** 64n, '18446744073709551616'],
  ['true', true, true],
  ['null', null, null],
  ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['a date that is none', new Date(NaN), 'Invalid Date'],
  ['a value of ours', SpiffeId.parse('spiffe://a/b'), 'spiffe://a/b'],
  ['bytes', new Uint8Array([1, 2, 3]), '3 bytes'],
  ['a buffer', Buffer.from('secret'), '6 bytes'],
  ['an array buffer', new ArrayBuffer(5), '5 bytes'],
  ['a view', new Uint16Array(4), '8 bytes'],
  ['a list', ['a', 1n, new Uint8Array(2)], ['a', '1', '2 bytes']],
  ['an object', { a: { b: new Date(0) } }, { a: { b: '1970-01-01T00:00:00.000Z' } }],
  ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
  ['an error', new Error('one', { cause: new Error('two') }), { message: 'one: two' }],
  ['an error with a code', new RuntimeError('FILE_UNREADABLE', '/x'), { code: 'FILE_UNREADABLE' }],
  ['an error inside', { error: new Error('one') }, { error: { message: 'one' } }],
  ['what cannot be printed', new Failing(), '[object]'],
  ['a function', () => 1, '[function]'],
  ['a symbol', Symbol('a'), '[symbol]'],
];

t.test('prints values as plain data', (t) => {
  for (const [what, value, printed] of values) t.match(logValue(value), printed, what);
  t.end();
});

t.test('a long list, a long text and deep nesting are cut', (t) => {
  const long = Array.from({ length: 1000 }, (_, i) => [`key${i}`, i] as const);
  t.equal((logValue(long) as unknown[]).length, 32);
  t.equal(Object.keys(logValue(Object.fromEntries(long)) as object).length, 32);
  t.equal(logValue('x'.repeat(1024)), 'x'.repeat(1024));
  t.equal(logValue('x'.repeat(1025)), `${'x'.repeat(1024)}… (1025 characters)`);
  t.same(logValue(circle), { self: { self: { self: { self: '…' } } } });
  t.end();
});

t.test('what is plain data already is not the same object', (t) => {
  const fields = { a: { b: 1 } };
  t.same(logValue(fields), fields);
  t.not(logValue(fields), fields);
  t.end();
});
