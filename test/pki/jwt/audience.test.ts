import t from 'tap';
import { parseAudience } from '@vouchsafe/pki/jwt/audience';

const many = (count: number): string[] => Array.from({ length: count }, (_, i) => `svc-${i}`);

t.test('JWT-09 INT-11 keeps what was asked for, in its order', (t) => {
  const rows: readonly (readonly [requested: string[], audience: string[]])[] = [
    [
      ['b', 'a'],
      ['b', 'a'],
    ],
    [['', 'a', ''], ['a']],
    [
      ['spiffe://example.org/db', 'https://api'],
      ['spiffe://example.org/db', 'https://api'],
    ],
    [[' a '], [' a ']],
    [['größe'], ['größe']],
    [many(32), many(32)],
    [['a'.repeat(2048)], ['a'.repeat(2048)]],
  ];
  for (const [requested, audience] of rows) t.strictSame(parseAudience(requested), audience);
  t.end();
});

t.test('JWT-09 JV-27 refuses a request that no good token can answer', (t) => {
  const rows: readonly (readonly [name: string, requested: string[], code: string])[] = [
    ['none', [], 'PKI_JWT_AUDIENCE_MISSING'],
    ['only empty ones', ['', ''], 'PKI_JWT_AUDIENCE_MISSING'],
    ['33', many(33), 'PKI_JWT_AUDIENCE_LIMIT'],
    ['33 empty ones', Array.from({ length: 33 }, () => ''), 'PKI_JWT_AUDIENCE_LIMIT'],
    ['2049 bytes', ['a'.repeat(2049)], 'PKI_JWT_AUDIENCE_LIMIT'],
    ['2050 bytes in 1025 letters', ['ö'.repeat(1025)], 'PKI_JWT_AUDIENCE_LIMIT'],
    ['a line end', ['a', 'b\n{"level":"fatal"}'], 'PKI_JWT_AUDIENCE_INVALID'],
    ['NUL', ['a\0'], 'PKI_JWT_AUDIENCE_INVALID'],
    ['a terminal escape', ['\x1b[2J'], 'PKI_JWT_AUDIENCE_INVALID'],
    ['a C1 control', ['a\x9b'], 'PKI_JWT_AUDIENCE_INVALID'],
  ];
  for (const [name, requested, code] of rows)
    t.throws(() => parseAudience(requested), { code }, name);
  t.end();
});
