import t, { type Test } from 'tap';
import fc from 'fast-check';
import * as jose from 'jose';
import { createHmac } from 'node:crypto';
import { findJwsAlgorithm } from '@vouchsafe/pki/jwt/algorithms';
import { MAX_JWS_PART_LENGTH, parseCompactJws, signJws, verifyJws } from '@vouchsafe/pki/jwt/jws';
import { KEY_TYPES } from '@vouchsafe/pki/keys/key-type';
import { encodePart, makeTestKey, makeToken } from '../../support/test-jwt.ts';

const key = makeTestKey();
const rsaKey = makeTestKey('rsa-2048');
const keys = { ec: key, 'ec-p384': makeTestKey('ec-p384'), 'ec-p521': makeTestKey('ec-p521') };
const HEADER = { alg: 'ES256', kid: 'k' };
const PAYLOAD = { sub: 'spiffe://example.org/w' };
const good = makeToken(HEADER, PAYLOAD, key.privateKey);
const [goodHeader = '', goodPayload = '', goodSignature = ''] = good.split('.');

/** A refusal, and what is to be refused. */
type Row = readonly [name: string, token: string, code: string];

function refuses(t: Test, rows: readonly Row[]): void {
  for (const [name, token, code] of rows) t.throws(() => parseCompactJws(token), { code }, name);
  t.end();
}

const withHeader = (header: object | string): string => makeToken(header, PAYLOAD, key.privateKey);

t.test('takes a token apart', async (t) => {
  const jws = parseCompactJws(good);
  t.equal(jws.header.algorithm, findJwsAlgorithm('ES256'));
  t.equal(jws.header.keyId, 'k');
  t.equal(jws.header.type, undefined);
  t.equal(Buffer.from(jws.payload).toString(), JSON.stringify(PAYLOAD));
  await verifyJws(jws, key.publicKey);
});

t.test('JWT-01 JV-01 JV-02 takes three parts in compact form only', (t) => {
  const flattened = { protected: goodHeader, payload: goodPayload, signature: goodSignature };
  const { payload, ...signature } = flattened;
  refuses(t, [
    ['flattened JSON', JSON.stringify(flattened), 'PKI_JWS_PARTS'],
    ['general JSON', JSON.stringify({ payload, signatures: [signature] }), 'PKI_JWS_PARTS'],
    ['empty', '', 'PKI_JWS_PARTS'],
    ['one part', goodHeader, 'PKI_JWS_PARTS'],
    ['two parts', `${goodHeader}.${goodPayload}`, 'PKI_JWS_PARTS'],
    ['four parts', `${good}.${goodSignature}`, 'PKI_JWS_PARTS'],
    ['five parts, as a JWE', `${goodHeader}.AA.AA.AA.AA`, 'PKI_JWS_PARTS'],
    ['a dot behind', `${good}.`, 'PKI_JWS_PARTS'],
    ['a dot in front', `.${good}`, 'PKI_JWS_PARTS'],
    ['two dots alone', '..', 'PKI_JSON_SYNTAX'],
  ]);
});

t.test('SV-05 refuses other kinds of tokens', (t) => {
  const sealed = Buffer.from('payload').toString('base64url');
  refuses(t, [
    ['PASETO', `v4.public.${sealed}`, 'PKI_JWS_ENCODING'],
    ['PASETO with a footer', `v4.public.${sealed}.Zm9vdGVy`, 'PKI_JWS_PARTS'],
    ['a macaroon', sealed, 'PKI_JWS_PARTS'],
    ['SAML', '<saml:Assertion Version="2.0"/>', 'PKI_JWS_PARTS'],
    ['CWT', Buffer.from('d28443a10126a0', 'hex').toString('latin1'), 'PKI_JWS_PARTS'],
  ]);
});

t.test('JWT-04 JV-03 JV-04 JV-05 JV-06 refuses every other algorithm (T-20)', (t) => {
  const input = `${encodePart({ alg: 'HS256', kid: 'k' })}.${goodPayload}`;
  // The confusion attack: a verifier that lets the header choose would check this with the public key as secret.
  const hmac = (secret: string | Buffer) =>
    `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  const none = (alg: string) => makeToken({ alg, kid: 'k' }, PAYLOAD, '');
  const header = (alg: unknown) => withHeader({ alg, kid: 'k' });
  const rows: readonly (readonly [name: string, token: string])[] = [
    ['none without signature', none('none')],
    ['None', none('None')],
    ['NONE', none('NONE')],
    ['none with a signature', header('none')],
    ['HS256, public key in PEM', hmac(key.publicKey.export({ format: 'pem', type: 'spki' }))],
    ['HS256, public key in DER', hmac(Buffer.from(key.publicKeyInfo))],
    ['HS256, empty secret', hmac('')],
    ...['EdDSA', 'ES256K', 'ML-DSA-65', 'es256', 'RSA-OAEP', 256, null, ['ES256'], true].map(
      (alg) => [JSON.stringify(alg), header(alg)] as const,
    ),
    ['no alg', withHeader({ kid: 'k' })],
  ];
  refuses(
    t,
    rows.map((row) => [...row, 'PKI_JWS_ALGORITHM']),
  );
});

t.test('JWT-13 judges alg before the payload is decoded', (t) => {
  const rubbish = '!'.repeat(MAX_JWS_PART_LENGTH + 1);
  const none = encodePart({ alg: 'none', kid: 'k' });
  refuses(t, [
    ['with the wrong alg', `${none}.${rubbish}.`, 'PKI_JWS_ALGORITHM'],
    ['with a good one', `${goodHeader}.${rubbish}.`, 'PKI_JWS_TOO_LARGE'],
  ]);
});

t.test('JV-08 refuses a header that brings a key or says where to fetch one (T-20)', (t) => {
  const jwk = key.publicKey.export({ format: 'jwk' });
  const url = 'https://attacker.example/keys';
  const members = { jwk, jku: url, x5u: url, x5c: ['AAAA'] };
  refuses(
    t,
    Object.entries(members).map(([name, value]) => [
      name,
      withHeader({ ...HEADER, [name]: value }),
      'PKI_JWS_EMBEDDED_KEY',
    ]),
  );
});

t.test('JV-08 ignores what nobody needs', (t) => {
  const jws = parseCompactJws(withHeader({ ...HEADER, cty: 'x', 'x5t#S256': 'x', custom: [1] }));
  t.equal(jws.header.keyId, 'k');
  t.end();
});

t.test('JV-09 refuses extensions of JWS (T-20)', (t) => {
  refuses(t, [
    ['crit', withHeader({ ...HEADER, crit: ['x'], x: 1 }), 'PKI_JWS_CRITICAL'],
    ['crit, empty', withHeader({ ...HEADER, crit: [] }), 'PKI_JWS_CRITICAL'],
    ['crit, null', withHeader({ ...HEADER, crit: null }), 'PKI_JWS_CRITICAL'],
    ['b64', withHeader({ ...HEADER, b64: false, crit: ['b64'] }), 'PKI_JWS_CRITICAL'],
    ['b64 that changes nothing', withHeader({ ...HEADER, b64: true }), 'PKI_JWS_CRITICAL'],
  ]);
});

t.test('JWT-05 needs a kid', (t) => {
  refuses(t, [
    ['absent', withHeader({ alg: 'ES256' }), 'PKI_JWS_KEY_ID'],
    ['empty', withHeader({ alg: 'ES256', kid: '' }), 'PKI_JWS_KEY_ID'],
    ['a number', withHeader({ alg: 'ES256', kid: 1 }), 'PKI_JWS_KEY_ID'],
    ['a list', withHeader({ alg: 'ES256', kid: ['k'] }), 'PKI_JWS_KEY_ID'],
  ]);
});

t.test('JV-24 reads no header that has two readings', (t) => {
  refuses(t, [
    ['alg twice', withHeader('{"alg":"ES256","alg":"none","kid":"k"}'), 'PKI_JSON_DUPLICATE_NAME'],
    ['kid twice', withHeader('{"alg":"ES256","kid":"k","kid":"j"}'), 'PKI_JSON_DUPLICATE_NAME'],
    [
      'kid twice, once escaped',
      withHeader('{"alg":"ES256","kid":"k","\\u006bid":"j"}'),
      'PKI_JSON_DUPLICATE_NAME',
    ],
    ['an array', withHeader('["ES256"]'), 'PKI_JSON_NOT_OBJECT'],
    ['null', withHeader('null'), 'PKI_JSON_NOT_OBJECT'],
    ['text behind', withHeader(`${JSON.stringify(HEADER)}x`), 'PKI_JSON_SYNTAX'],
    ['nested deeply', withHeader(`{"x":${'['.repeat(100_000)}`), 'PKI_JWS_TOO_LARGE'],
    ['nested', withHeader(`{"x":${'['.repeat(9)}${']'.repeat(9)}}`), 'PKI_JSON_TOO_DEEP'],
    ['alg from the prototype', withHeader('{"__proto__":{"alg":"ES256"}}'), 'PKI_JWS_ALGORITHM'],
  ]);
});

t.test('JV-25 takes one spelling of base64url', (t) => {
  const parts = [goodHeader, goodPayload, goodSignature];
  const respelled = (change: (part: string) => string): string[] =>
    parts.map((part, index) => parts.with(index, change(part)).join('.'));
  const rows = Object.entries({
    padding: respelled((part) => `${part}${'='.repeat((4 - (part.length % 4)) % 4 || 4)}`),
    'a line end': respelled((part) => `${part}\n`),
    'a space in front': respelled((part) => ` ${part}`),
    'a space inside': respelled((part) => `${part.slice(0, 8)} ${part.slice(8)}`),
    'a letter too many': respelled((part) => `${part}${'A'.repeat((5 - (part.length % 4)) % 4)}`),
    plus: respelled((part) => `+${part.slice(1)}`),
    slash: respelled((part) => `/${part.slice(1)}`),
    'a letter beyond ASCII': respelled((part) => `${part.slice(0, -1)}Ａ`),
  });
  refuses(
    t,
    rows.flatMap(([name, tokens]) =>
      tokens.map((token, index): Row => [`${name}, part ${index + 1}`, token, 'PKI_JWS_ENCODING']),
    ),
  );
});

t.test(
  'JV-25 JV-22 stray bits at the end of a signature make another token, which is refused',
  (t) => {
    // 64 bytes leave four bits of the last letter unused: a decoder that drops them takes 16 spellings.
    const last = goodSignature.at(-1)!;
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const malleable = alphabet[alphabet.indexOf(last) + 1]!;
    refuses(t, [['', `${good.slice(0, -1)}${malleable}`, 'PKI_JWS_ENCODING']]);
  },
);

t.test('JV-26 refuses parts that are too large, before anything is decoded', (t) => {
  const over = 'A'.repeat(MAX_JWS_PART_LENGTH + 1);
  refuses(t, [
    ['header', `${over}.${goodPayload}.${goodSignature}`, 'PKI_JWS_TOO_LARGE'],
    ['payload', `${goodHeader}.${over}.${goodSignature}`, 'PKI_JWS_TOO_LARGE'],
    ['signature', `${goodHeader}.${goodPayload}.${over}`, 'PKI_JWS_TOO_LARGE'],
    ['200 KiB', `${goodHeader}.${'A'.repeat(200 * 1024)}.AA`, 'PKI_JWS_TOO_LARGE'],
    ['a million dots', '.'.repeat(1_000_000), 'PKI_JWS_TOO_LARGE'],
  ]);
});

t.test('JV-22 JV-23 a signature proves its own token, key and algorithm only', async (t) => {
  const verifies = (token: string, publicKey = key.publicKey): Promise<void> =>
    verifyJws(parseCompactJws(token), publicKey);
  await verifies(good);
  const flip = (part: string, index: number): string =>
    Buffer.from(
      Buffer.from(part, 'base64url').map((byte, i) => (i === index ? byte ^ 1 : byte)),
    ).toString('base64url');
  const der = Buffer.from(await key.signer.sign(Buffer.from(`${goodHeader}.${goodPayload}`)));
  const SIGNATURE = 'PKI_JWS_SIGNATURE';
  const rows: readonly Row[] = [
    ['first bit', `${goodHeader}.${goodPayload}.${flip(goodSignature, 0)}`, SIGNATURE],
    ['last bit', `${goodHeader}.${goodPayload}.${flip(goodSignature, 63)}`, SIGNATURE],
    ['other payload', `${goodHeader}.${encodePart({ sub: 'x' })}.${goodSignature}`, SIGNATURE],
    [
      'other header',
      `${encodePart({ ...HEADER, typ: 'JWT' })}.${goodPayload}.${goodSignature}`,
      SIGNATURE,
    ],
    ['no signature', `${goodHeader}.${goodPayload}.`, SIGNATURE],
    ['zeros', `${goodHeader}.${goodPayload}.${Buffer.alloc(64).toString('base64url')}`, SIGNATURE],
    ['DER', `${goodHeader}.${goodPayload}.${der.toString('base64url')}`, SIGNATURE],
    [
      'a byte behind',
      `${goodHeader}.${goodPayload}.${Buffer.concat([Buffer.from(goodSignature, 'base64url'), Buffer.alloc(1)]).toString('base64url')}`,
      SIGNATURE,
    ],
  ];
  for (const [name, token, code] of rows) await t.rejects(verifies(token), { code }, name);
  await t.rejects(verifies(good, makeTestKey().publicKey), { code: SIGNATURE }, 'other key');
  for (const [name, publicKey] of [
    ['P-384', keys['ec-p384'].publicKey],
    ['P-521', keys['ec-p521'].publicKey],
    ['RSA', rsaKey.publicKey],
  ] as const) {
    await t.rejects(verifies(good, publicKey), { code: 'PKI_JWS_KEY_MISMATCH' }, name);
  }
  const rs256 = withHeader({ alg: 'RS256', kid: 'k' });
  await t.rejects(verifies(rs256), { code: 'PKI_JWS_KEY_MISMATCH' }, 'RS256 with an EC key');
});

t.test(
  'JV-23 no signature of one algorithm passes for another of the same key (T-20)',
  async (t) => {
    const names = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
    for (const alg of names) {
      const token = await new jose.CompactSign(Buffer.from('{}'))
        .setProtectedHeader({ alg, kid: 'k' })
        .sign(rsaKey.privateKey);
      const jws = parseCompactJws(token);
      for (const name of names) {
        const algorithm = findJwsAlgorithm(name)!;
        const asNamed = verifyJws(
          { ...jws, header: { ...jws.header, algorithm } },
          rsaKey.publicKey,
        );
        if (name === alg) await asNamed;
        else await t.rejects(asNamed, { code: 'PKI_JWS_SIGNATURE' }, `${alg} as ${name}`);
      }
    }
  },
);

t.test('JWT-02 JWT-03 JWT-05 jose verifies what is signed here', async (t) => {
  for (const type of KEY_TYPES) {
    const { signer, publicKey } = makeTestKey(type);
    const token = await signJws(PAYLOAD, 'JWT', { keyId: 'kid-1', signer });
    const { payload, protectedHeader } = await jose.compactVerify(token, publicKey);
    t.strictSame(Object.keys(protectedHeader), ['alg', 'kid', 'typ'], type);
    t.match(protectedHeader, { kid: 'kid-1', typ: 'JWT' });
    t.strictSame(JSON.parse(Buffer.from(payload).toString()), PAYLOAD);
    await verifyJws(parseCompactJws(token), publicKey);
  }
});

t.test('JWT-03 what jose signs verifies here, with every algorithm', async (t) => {
  const rows = [
    ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'].map((alg) => [alg, rsaKey] as const),
    ['ES256', keys.ec] as const,
    ['ES384', keys['ec-p384']] as const,
    ['ES512', keys['ec-p521']] as const,
  ];
  for (const [alg, { privateKey, publicKey }] of rows) {
    const token = await new jose.CompactSign(Buffer.from(JSON.stringify(PAYLOAD)))
      .setProtectedHeader({ alg, kid: 'k' })
      .sign(privateKey);
    const jws = parseCompactJws(token);
    t.equal(jws.header.algorithm.name, alg);
    await verifyJws(jws, publicKey);
  }
});

t.test('signs nothing that would not be taken back', async (t) => {
  const by = { keyId: 'k', signer: key.signer };
  await t.rejects(signJws({}, 'JWT', { ...by, keyId: '' }), { code: 'PKI_JWS_KEY_ID' });
  const claims = { x: 'x'.repeat(MAX_JWS_PART_LENGTH) };
  await t.rejects(signJws(claims, 'JWT', by), { code: 'PKI_JWS_TOO_LARGE' });
  const keyId = 'k'.repeat(MAX_JWS_PART_LENGTH);
  await t.rejects(signJws({}, 'JWT', { ...by, keyId }), { code: 'PKI_JWS_TOO_LARGE' });
  const broken = { ...key.signer, sign: () => Promise.resolve(Buffer.alloc(64)) };
  await t.rejects(signJws({}, 'JWT', { keyId: 'k', signer: broken }), {
    code: 'PKI_ECDSA_SIGNATURE',
  });
});

t.test('any text is a token or refused with a code', (t) => {
  const part = fc.oneof(
    fc.constantFrom(goodHeader, goodPayload, goodSignature, ''),
    fc.string({ maxLength: 20 }),
    fc.json({ maxDepth: 2 }).map((json) => encodePart(json)),
    fc
      .record({ alg: fc.anything(), kid: fc.anything() })
      .map((header) => encodePart(jsonOf(header))),
  );
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 4 }), (parts) => {
      try {
        return typeof parseCompactJws(parts.join('.')).header.keyId === 'string';
      } catch (error) {
        return /^PKI_J(WS|SON)_/.test((error as { code: string }).code);
      }
    }),
    { numRuns: 3000 },
  );
  t.end();
});

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '{}'; // a bigint or a circle
  }
}
