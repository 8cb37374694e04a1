import t from 'tap';
import { RuntimeError, describeError, systemCode } from '../../runtime/errors.ts';

t.test('an error carries its code, its text and its cause', (t) => {
  const cause = new Error('EACCES');
  const error = new RuntimeError('FILE_UNREADABLE', '/etc/shadow', { cause });
  t.match(error, { code: 'FILE_UNREADABLE', name: 'RuntimeError', cause });
  t.match(error.message, '/etc/shadow');
  t.end();
});

const circular: Record<string, unknown> = {};
circular['self'] = circular;

const described: readonly (readonly [what: string, thrown: unknown, text: string])[] = [
  ['an error', new Error('one'), 'one'],
  ['causes', new Error('one', { cause: new Error('two', { cause: 'three' }) }), 'one: two: three'],
  ['a cause already told', new Error('one: two', { cause: new Error('two') }), 'one: two'],
  ['an empty message', new TypeError('', { cause: new Error('two') }), 'TypeError: two'],
  ['an empty message with a code', Object.assign(new Error(''), { code: 'EPIPE' }), 'EPIPE'],
  ['a text', 'one', 'one'],
  ['an object', { reason: 'one' }, "{ reason: 'one' }"],
  ['nothing', undefined, 'undefined'],
  ['null', null, 'null'],
  ['a bigint', 1n, '1n'],
  ['a function', function one() {}, '[Function: one]'],
  ['a symbol', Symbol('one'), 'Symbol(one)'],
  ['a circle', circular, '<ref *1> { self: [Circular *1] }'],
  ['an object without a prototype', Object.create(null), '[Object: null prototype] {}'],
];

t.test('whatever was thrown can be described', (t) => {
  for (const [what, thrown, text] of described) t.equal(describeError(thrown), text, what);
  t.end();
});

t.test('causes that go round are told once', (t) => {
  const first = new Error('one');
  first.cause = new Error('two', { cause: first });
  t.equal(describeError(first), 'one: two');
  t.end();
});

t.test("finds the system's own code, and no other thing that is called so", (t) => {
  t.equal(systemCode(Object.assign(new Error('x'), { code: 'ENOENT' })), 'ENOENT');
  for (const none of [undefined, null, 'ENOENT', new Error('x'), { code: 14 }]) {
    t.equal(systemCode(none), undefined);
  }
  t.end();
});
