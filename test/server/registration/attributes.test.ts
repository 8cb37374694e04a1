import t from 'tap';
import { NO_ATTRIBUTES } from '../../../runtime/entry-attributes.ts';
import type { EntryAttributes } from '../../../runtime/entry-attributes.ts';
import { attributesProblem } from '../../../server/registration/attributes.ts';

const long = 'x'.repeat(256);
const any = { allow: [], maxCount: 0, maxTtlSeconds: 0 };
const many = (count: number) => Array.from({ length: count }, (_, at) => `n${at}`);

const rows: readonly [Partial<EntryAttributes>, string | undefined][] = [
  [{}, undefined],
  [{ owner: 'Zahlungen & Co' }, undefined],
  [{ owner: long }, 'owner is longer than 255 bytes'],
  [{ owner: 'a\nb' }, 'owner has a control character'],
  [{ environment: long }, 'environment is longer than 255 bytes'],
  [{ environment: '\0' }, 'environment has a control character'],
  [{ description: 'x'.repeat(1024) }, undefined],
  [{ description: 'x'.repeat(1025) }, 'description is longer than 1024 bytes'],
  [{ labels: { 'example.org/tier': '', a: 'b' } }, undefined],
  [
    { labels: { '': 'x' } },
    'label key "" must have 1 to 128 letters, digits and -._/ between them',
  ],
  [{ labels: Object.fromEntries([['__proto__', 'x']]) }, /^label key "__proto__" must/],
  [{ labels: { 'a ': 'x' } }, /^label key "a " must/],
  [{ labels: { ['k'.repeat(129)]: 'x' } }, /must have 1 to 128/],
  [{ labels: { a: long } }, 'label a is longer than 255 bytes'],
  [{ labels: Object.fromEntries(many(64).map((key) => [key, ''])) }, undefined],
  [{ labels: Object.fromEntries(many(65).map((key) => [key, ''])) }, 'more than 64 labels'],
  [{ audience: { ...any, maxCount: -1 } }, 'the number of audiences cannot be negative'],
  [
    { audience: { ...any, maxTtlSeconds: -1 } },
    'the longest life of a JWT-SVID cannot be negative',
  ],
  [{ audience: { ...any, allow: [''] } }, 'an allowed audience is empty'],
  [{ audience: { ...any, allow: [long] } }, 'allowed audience is longer than 255 bytes'],
  [{ audience: { ...any, allow: many(100) } }, undefined],
  [{ audience: { ...any, allow: many(101) } }, 'more than 100 allowed audiences'],
] as readonly [Partial<EntryAttributes>, string | undefined][];

t.test('what attributes must be', (t) => {
  for (const [attributes, problem] of rows) {
    t.match(attributesProblem({ ...NO_ATTRIBUTES, ...attributes }), problem ?? undefined);
    if (problem === undefined) {
      t.equal(attributesProblem({ ...NO_ATTRIBUTES, ...attributes }), undefined);
    }
  }
  t.end();
});
