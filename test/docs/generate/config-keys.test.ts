import t from 'tap';
import { z } from 'zod';
import { readConfigKeys, readConfigRules } from '../../../docs/generate/config-keys.ts';
import { address, duration } from '../../../runtime/config-types.ts';

const rows: readonly { name: string; field: z.ZodType; expected: object }[] = [
  {
    name: 'a text that is needed',
    field: z.string().describe('what'),
    expected: { type: 'string', isRequired: true, default: undefined, meaning: 'what', rules: [] },
  },
  {
    name: 'one that is not',
    field: z.string().max(9).optional().describe('what'),
    expected: { isRequired: false, default: undefined, rules: ['at most 9 characters'] },
  },
  {
    name: 'a duration, its rule outside of its default',
    field: duration
      .default(5400)
      .refine((seconds) => seconds > 5, 'must be more')
      .describe('what'),
    expected: { type: 'duration', isRequired: false, default: '1h30m', rules: ['must be more'] },
  },
  {
    name: 'its rule inside of its default',
    field: duration
      .refine((seconds) => seconds > 5, 'must be more')
      .default(60)
      .describe('what'),
    expected: { default: '1m', rules: ['must be more'] },
  },
  {
    name: 'an address',
    field: address.default({ kind: 'tcp', host: '::', port: 1 }).describe('what'),
    expected: { type: 'string', default: '[::]:1' },
  },
  {
    name: 'a choice',
    field: z.enum(['a', 'b']).default('b').describe('what'),
    expected: { choices: ['a', 'b'], default: 'b' },
  },
  {
    name: 'a number between bounds',
    field: z.int().min(0).max(7).default(0).describe('what'),
    expected: { type: 'integer', default: '0', rules: ['at least 0', 'at most 7'] },
  },
  {
    name: 'a number without',
    field: z.int().default(-1).describe('what'),
    expected: { default: '-1', rules: [] },
  },
  {
    name: 'a switch',
    field: z.boolean().default(false).describe('what'),
    expected: { type: 'boolean', default: 'false' },
  },
  {
    name: 'a list',
    field: z.array(z.string()).max(3).default([]).describe('what'),
    expected: { type: 'list of strings', default: '[]', rules: ['at most 3'] },
  },
];

t.test('what a key is', async (t) => {
  for (const { name, field, expected } of rows) {
    const [key] = readConfigKeys(z.strictObject({ key: field }));
    t.match(key, { key: 'key', ...expected }, name);
  }
});

t.test('a key that nothing describes is refused', async (t) => {
  t.throws(() => readConfigKeys(z.strictObject({ key: z.string() })), /key is not described/);
});

t.test('rules about several keys', async (t) => {
  const schema = z
    .strictObject({ a: z.string(), b: z.string() })
    .refine(({ a, b }) => a !== b, { path: ['b'], message: 'cannot be a' });
  t.strictSame(readConfigRules(schema), [['b', 'cannot be a']]);
  t.strictSame(readConfigRules(z.strictObject({})), []);
});
