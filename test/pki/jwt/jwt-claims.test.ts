import t from 'tap';
import fc from 'fast-check';
import { parseJwtClaims } from '@vouchsafe/pki/jwt/jwt-claims';

const claims = { sub: 's', aud: ['a'], exp: 1_893_456_000 };
const parse = (payload: object | string) =>
  parseJwtClaims(Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)));

/** A payload with one claim written as raw JSON, or left out. */
function payloadWith(name: string, json: string | undefined): string {
  const members = Object.entries(claims).filter(([other]) => other !== name);
  const texts = members.map(([other, value]) => `"${other}":${JSON.stringify(value)}`);
  if (json !== undefined) texts.push(`"${name}":${json}`);
  return `{${texts.join(',')}}`;
}

t.test('JWT-07 reads the registered claims and keeps the others', (t) => {
  const parsed = parse({ ...claims, nbf: 1, iat: 2.5, role: { a: [1] } });
  t.match(parsed, {
    subject: 's',
    audience: ['a'],
    expiresAt: claims.exp,
    notBefore: 1,
    issuedAt: 2.5,
  });
  t.strictSame(JSON.parse(JSON.stringify(parsed.all['role'])), { a: [1] });
  t.match(parse(claims), { notBefore: undefined, issuedAt: undefined });
  t.end();
});

t.test('refuses claims that are missing or not of their type', (t) => {
  const CLAIM = 'PKI_JWT_CLAIM';
  const MISSING = 'PKI_JWT_AUDIENCE_MISSING';
  const INVALID = 'PKI_JWT_AUDIENCE_INVALID';
  const rows: readonly (readonly [
    ids: string,
    name: string,
    json: string | undefined,
    code: string,
  ])[] = [
    ['JV-10', 'aud', undefined, MISSING],
    ['JV-11', 'aud', '[]', MISSING],
    ['JV-11', 'aud', '""', INVALID],
    ['JV-11', 'aud', '[""]', INVALID],
    ['JV-11', 'aud', '["a",""]', INVALID],
    ['JV-11', 'aud', '["a",1]', INVALID],
    ['JV-11', 'aud', '{"0":"a"}', INVALID],
    ['JV-11', 'aud', 'null', INVALID],
    ['JV-11', 'aud', '[["a"]]', INVALID],
    ['JV-14 JWT-12', 'exp', undefined, CLAIM],
    ['JV-16', 'exp', '"1893456000"', CLAIM],
    ['JV-16', 'exp', 'null', CLAIM],
    ['JV-16', 'exp', '-1', CLAIM],
    ['JV-16', 'exp', '1e400', 'PKI_JSON_NUMBER'],
    ['JV-16', 'exp', '1e300', CLAIM],
    ['JV-16', 'exp', '9007199254740993', CLAIM],
    ['JV-16', 'exp', '[1893456000]', CLAIM],
    ['JV-16', 'exp', 'true', CLAIM],
    ['JV-18', 'nbf', '"0"', CLAIM],
    ['JV-18', 'nbf', 'null', CLAIM],
    ['JV-18', 'iat', '"0"', CLAIM],
    ['JV-19', 'sub', undefined, CLAIM],
    ['JV-19', 'sub', '1', CLAIM],
    ['JV-19', 'sub', 'null', CLAIM],
    ['JV-19', 'sub', '["s"]', CLAIM],
  ];
  for (const [ids, name, json, code] of rows) {
    t.throws(() => parse(payloadWith(name, json)), { code }, `${ids} ${name}: ${json ?? 'absent'}`);
  }
  t.end();
});

t.test('JV-12 JV-17 takes one audience as text, and fractions of a second', (t) => {
  t.strictSame(parse(payloadWith('aud', '"svc"')).audience, ['svc']);
  t.equal(parse(payloadWith('exp', '1893456000.5')).expiresAt, 1_893_456_000.5);
  t.equal(parse(payloadWith('exp', '1.893456e9')).expiresAt, 1_893_456_000);
  t.end();
});

t.test('JV-24 refuses a payload that has two readings', (t) => {
  const rows: readonly (readonly [name: string, payload: string, code: string])[] = [
    ['sub twice', payloadWith('sub', '"a","sub":"b"'), 'PKI_JSON_DUPLICATE_NAME'],
    [
      'sub twice, once escaped',
      payloadWith('sub', '"a","s\\u0075b":"b"'),
      'PKI_JSON_DUPLICATE_NAME',
    ],
    ['twice further inside', payloadWith('x', '{"a":1,"a":2}'), 'PKI_JSON_DUPLICATE_NAME'],
    ['no object', '[]', 'PKI_JSON_NOT_OBJECT'],
    ['text behind', `${JSON.stringify(claims)}{}`, 'PKI_JSON_SYNTAX'],
    ['nothing', '', 'PKI_JSON_SYNTAX'],
    ['half a surrogate pair', payloadWith('sub', '"\\ud800"'), 'PKI_JSON_ENCODING'],
    ['deep', payloadWith('x', '['.repeat(60_000)), 'PKI_JSON_TOO_DEEP'],
  ];
  for (const [name, payload, code] of rows) t.throws(() => parse(payload), { code }, name);
  t.throws(() => parseJwtClaims(Buffer.from([0x7b, 0xff, 0x7d])), { code: 'PKI_JSON_ENCODING' });
  t.end();
});

t.test('claims from a prototype are none', (t) => {
  const payload = '{"__proto__":{"sub":"s","aud":"a","exp":1893456000}}';
  t.throws(() => parse(payload), { code: 'PKI_JWT_CLAIM' });
  t.end();
});

t.test('any JSON is claims of their types, or refused with a code', (t) => {
  const value = fc.oneof(
    fc.string(),
    fc.double({ noNaN: true }),
    fc.array(fc.string()),
    fc.jsonValue(),
  );
  const payload = fc.record(
    { sub: value, aud: value, exp: value, nbf: value, iat: value },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(payload, (json) => {
      try {
        const { subject, audience, expiresAt } = parse(json);
        const hasDate = !Number.isNaN(new Date(expiresAt * 1000).getTime());
        return subject === json.sub && audience.length > 0 && !audience.includes('') && hasDate;
      } catch (error) {
        return /^PKI_J(WT|SON)_/.test((error as { code: string }).code);
      }
    }),
    { numRuns: 3000 },
  );
  t.end();
});
