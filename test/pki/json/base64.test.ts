import t from 'tap';
import fc from 'fast-check';
import { parseBase64 } from '@vouchsafe/pki/json/base64';

t.test('takes the canonical spelling and no other', (t) => {
  t.same(parseBase64('', 'base64url'), Buffer.alloc(0));
  t.same(parseBase64('_-8', 'base64url'), Buffer.from([0xff, 0xef]));
  t.same(parseBase64('/+8=', 'base64'), Buffer.from([0xff, 0xef]));
  for (const text of ['_-8=', '/+8', '_-8\n', ' _-8', '_ -8', '_-9', 'A', '_-8é', '_-8.'])
    t.equal(parseBase64(text, 'base64url'), undefined, JSON.stringify(text));
  for (const text of ['/+8', '_-8=', '/+\n8=', '/+9=', '/+8=='])
    t.equal(parseBase64(text, 'base64'), undefined, JSON.stringify(text));
  t.end();
});

t.test('reads back all that Buffer writes', (t) => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.constantFrom('base64', 'base64url'), (bytes, encoding) => {
      const parsed = parseBase64(Buffer.from(bytes).toString(encoding), encoding);
      return parsed !== undefined && Buffer.compare(parsed, bytes) === 0;
    }),
  );
  t.end();
});
