import { createHmac } from 'node:crypto';
import { status } from '@grpc/grpc-js';
import t from 'tap';
import { entryOf } from '../../support/entries.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { encodePart, makeTestKey, makeToken } from '../../support/test-jwt.ts';
import { startEndpoint } from '../../support/workload-endpoint.ts';

const endpoint = await startEndpoint(t);
const { ca, clock } = endpoint;
const other = await FakeCa.create('other.org', clock);
endpoint.publish(other);
await endpoint.issue(entryOf('a', { federatesWith: ['other.org'] }));
const client = endpoint.client();

const { keyId: kid, key } = ca.jwtKeys[0]!;
const { privateKey, publicKeyInfo } = key;
const now = clock.now().getTime() / 1000;
const CLAIMS = { sub: 'spiffe://example.org/a', aud: ['me'], exp: now + 300, iat: now };
const HEADER = { alg: 'ES256', kid };
const signed = (header: object, claims: object | string = CLAIMS): string =>
  makeToken(header, claims, privateKey);
const without = (name: keyof typeof CLAIMS): object => ({ ...CLAIMS, [name]: undefined });

const good = signed(HEADER);
const [headerPart, payloadPart, signaturePart] = good.split('.') as [string, string, string];
const hmacInput = `${encodePart({ alg: 'HS256', kid })}.${payloadPart}`;
const hmac = createHmac('sha256', publicKeyInfo).update(hmacInput).digest('base64url');
const stranger = makeTestKey().privateKey;

const validate = (svid: string) => client.unary('ValidateJWTSVID', { audience: 'me', svid });

t.test('what these tokens are made from is good', async (t) => {
  t.match(await validate(good), { spiffe_id: CLAIMS.sub });
});

t.test('T-20: every forgery gets one and the same answer', async (t) => {
  const rows: readonly (readonly [string, string])[] = [
    ['no algorithm', makeToken({ alg: 'none', kid }, CLAIMS, '')],
    ['no algorithm, and a signature', makeToken({ alg: 'none', kid }, CLAIMS, signaturePart)],
    ['the public key as a secret', `${hmacInput}.${hmac}`],
    ['an algorithm of another key', signed({ alg: 'RS256', kid })],
    ['a larger curve than that of the key', signed({ alg: 'ES384', kid })],
    ['a key that is not known', signed({ alg: 'ES256', kid: 'unknown' })],
    ['no key at all', signed({ alg: 'ES256' })],
    ['the key of a stranger', makeToken(HEADER, CLAIMS, stranger)],
    ['a key that it brings itself', signed({ ...HEADER, jwk: { kty: 'EC' } })],
    ['a key from somewhere', signed({ ...HEADER, jku: 'https://attacker.example/' })],
    ['an extension', signed({ ...HEADER, crit: ['x'], x: 1 })],
    ['another type', signed({ ...HEADER, typ: 'at+jwt' })],
    ['two signatures', `${good}.${signaturePart}`],
    ['half a signature', `${headerPart}.${payloadPart}.${signaturePart.slice(0, 40)}`],
    ['no signature', `${headerPart}.${payloadPart}.`],
    [
      'another payload',
      `${headerPart}.${encodePart({ ...CLAIMS, aud: ['me', 'you'] })}.${signaturePart}`,
    ],
    ['no subject', signed(HEADER, without('sub'))],
    ['a subject that is no SPIFFE ID', signed(HEADER, { ...CLAIMS, sub: 'root' })],
    ['no audience', signed(HEADER, without('aud'))],
    ['no end', signed(HEADER, without('exp'))],
    ['an end that is a text', signed(HEADER, { ...CLAIMS, exp: String(CLAIMS.exp) })],
    [
      'an end beyond all numbers',
      signed(HEADER, JSON.stringify(CLAIMS).replace(/"exp":[\d.]+/, '"exp":1e400')),
    ],
    ['nonsense', 'nonsense'],
    ['a mebibyte of it', `${headerPart}.${'A'.repeat(1 << 20)}.${signaturePart}`],
  ];
  for (const [name, token] of rows) {
    await t.test(name, async (t) => {
      await t.rejects(validate(token), {
        code: status.INVALID_ARGUMENT,
        details: 'token is not a valid JWT-SVID',
      });
    });
  }
});

t.test('T-20: no trust domain proves the workloads of another', async (t) => {
  const foreign = other.jwtKeys[0]!;
  const ours = { alg: 'ES256', kid: foreign.keyId };
  for (const token of [
    makeToken(ours, CLAIMS, foreign.key.privateKey),
    signed(HEADER, { ...CLAIMS, sub: 'spiffe://other.org/a' }),
  ]) {
    await t.rejects(validate(token), { code: status.INVALID_ARGUMENT, details: /not a valid/ });
  }
  const theirs = { ...CLAIMS, sub: 'spiffe://other.org/a' };
  const token = makeToken(ours, theirs, foreign.key.privateKey);
  t.match(await validate(token), { spiffe_id: theirs.sub }, 'but its own');
});

t.test('what a caller can read in the token itself, it is told', async (t) => {
  const rows: readonly (readonly [string, string])[] = [
    ['token has expired', signed(HEADER, { ...CLAIMS, exp: now - 600, iat: now - 900 })],
    ['token is not valid yet', signed(HEADER, { ...CLAIMS, nbf: now + 600, exp: now + 900 })],
    ['token is meant for another audience', signed(HEADER, { ...CLAIMS, aud: ['you'] })],
    [
      'no trust bundle is known for the trust domain of the token',
      signed(HEADER, { ...CLAIMS, sub: 'spiffe://unknown.org/a' }),
    ],
  ];
  for (const [details, token] of rows) {
    await t.rejects(validate(token), { code: status.INVALID_ARGUMENT, details }, details);
  }
});
