import t from 'tap';
import type { z } from 'zod';
import { address, duration, parsed, spiffeId, trustDomain } from '../../runtime/config-types.ts';

const rows: readonly (readonly [
  type: z.ZodType,
  input: unknown,
  outcome: { readonly value: string } | { readonly problem: RegExp },
])[] = [
  [trustDomain, 'example.org', { value: 'example.org' }],
  [trustDomain, 'spiffe://example.org', { value: 'example.org' }],
  [trustDomain, 'Example.org', { problem: /lowercase/ }],
  [trustDomain, 7, { problem: /string/ }],
  [spiffeId, 'spiffe://example.org/web', { value: 'spiffe://example.org/web' }],
  [spiffeId, 'https://example.org/web', { problem: /scheme/ }],
  [address, 'unix:/run/a.sock', { value: '{"kind":"unix","path":"/run/a.sock"}' }],
  [address, '/run/a.sock', { problem: /HOST:PORT or unix:/ }],
  [duration, 90, { value: '90' }],
  [duration, '90', { value: '90' }],
  [duration, '1h30m', { value: '5400' }],
  [duration, '0s', { problem: /over zero/ }],
  [duration, 0, { problem: /over zero/ }],
  [duration, -5, { problem: /over zero/ }],
  [duration, 1.5, { problem: /duration/ }],
  [duration, NaN, { problem: /./ }],
  [duration, Infinity, { problem: /./ }],
  [duration, '9'.repeat(400), { problem: /duration/ }],
  [duration, true, { problem: /over zero/ }],
  [duration, null, { problem: /over zero/ }],
  [duration, ['1h'], { problem: /over zero/ }],
];

t.test('each type reads its own text and says what it wanted instead', (t) => {
  for (const [type, input, outcome] of rows) {
    const result = type.safeParse(input);
    const name = JSON.stringify(input).slice(0, 40);
    if ('value' in outcome) {
      t.ok(result.success, name);
      t.equal(textOf(result.data), outcome.value, name);
    } else {
      t.match(result.error?.issues, [{ message: outcome.problem }], name);
    }
  }
  t.end();
});

t.test("a parser's refusal becomes the problem, with its cause", (t) => {
  const type = parsed(() => {
    throw new Error('cannot be read', { cause: new Error('because') });
  });
  t.match(type.safeParse('x').error?.issues, [{ message: 'cannot be read: because' }]);
  t.end();
});

/** Values of ours print themselves. */
function textOf(value: unknown): string {
  const text = String(value);
  return text.startsWith('[object') ? JSON.stringify(value) : text;
}
