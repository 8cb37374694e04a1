import t from 'tap';
import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { TrustBundleFields } from '@vouchsafe/pki/bundle/trust-bundle';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { makeAuthority, makeJwtAuthority } from '../../support/test-bundle.ts';
import { makeTestKey } from '../../support/test-jwt.ts';

const trustDomain = TrustDomain.of('example.org');
const SOON = new Date('2027-01-01T00:00:00Z');
const LATER = new Date('2028-01-01T00:00:00Z');
const a = { certificate: await makeAuthority({ notAfter: SOON }), tainted: false };
const b = { certificate: await makeAuthority({ notAfter: LATER }), tainted: true };
const key = makeTestKey();
const j = makeJwtAuthority('j', { key, expiresAt: SOON });
const k = makeJwtAuthority('k', { expiresAt: LATER });
const fields = {
  ...{ trustDomain, x509Authorities: [a, b], jwtAuthorities: [j, k] },
  ...{ sequenceNumber: 7n, refreshHintSeconds: 60 },
};
const bundle = TrustBundle.of(fields);
const copyOf = ({ certificate, tainted }: typeof a) => ({
  certificate: parseCertificate(Uint8Array.from(certificate.raw)),
  tainted,
});

t.test('TDB-14 says whose it is and what it holds, in order', (t) => {
  t.equal(bundle.trustDomain, trustDomain);
  t.strictSame(bundle.x509Authorities, [a, b]);
  t.strictSame(bundle.x509Certificates, [a.certificate, b.certificate]);
  t.strictSame(bundle.jwtAuthorities, [j, k]);
  t.equal(bundle.sequenceNumber, 7n);
  t.equal(bundle.refreshHintSeconds, 60);
  t.end();
});

t.test('TDB-10 an empty one trusts nothing', (t) => {
  for (const empty of [TrustBundle.empty(trustDomain), TrustBundle.of({ trustDomain })]) {
    t.strictSame(empty.x509Certificates, []);
    t.strictSame(empty.jwtAuthorities, []);
    t.equal(empty.sequenceNumber, 0n);
    t.equal(empty.refreshHintSeconds, 0);
  }
  t.end();
});

t.test('cannot be changed from outside', (t) => {
  const mutable = { ...fields, x509Authorities: [a], jwtAuthorities: [j] };
  const made = TrustBundle.of(mutable);
  mutable.x509Authorities.push(b);
  mutable.jwtAuthorities.push(k);
  t.equal(made.x509Authorities.length, 1);
  t.equal(made.jwtAuthorities.length, 1);
  t.throws(() => (made.x509Authorities as unknown[]).push(b), TypeError);
  t.throws(() => (made.x509Certificates as unknown[]).push(b.certificate), TypeError);
  t.throws(() => (made.jwtAuthorities as unknown[]).push(k), TypeError);
  t.end();
});

t.test('BV-19 holds each authority once', (t) => {
  const made = TrustBundle.of({
    trustDomain,
    x509Authorities: [a, b, copyOf(a), { ...b, tainted: false }],
    jwtAuthorities: [j, makeJwtAuthority('j', { key }), makeJwtAuthority('j2', { key })],
  });
  t.strictSame(made.x509Authorities, [a, b]);
  t.strictSame(
    made.jwtAuthorities.map(({ keyId }) => keyId),
    ['j', 'j2'],
  );
  t.end();
});

t.test('appends X.509 authorities behind the others, once', (t) => {
  const grown = TrustBundle.empty(trustDomain).withSequenceNumber(3n).appendX509(a).appendX509(b);
  t.strictSame(grown.x509Authorities, [a, b]);
  t.equal(grown.sequenceNumber, 3n);
  t.equal(grown.appendX509(copyOf(a)), grown);
  t.equal(grown.appendX509({ ...b, tainted: false }), grown, 'appending does not lift a taint');
  t.end();
});

t.test('appends JWT authorities behind the others, once', (t) => {
  const grown = TrustBundle.empty(trustDomain).appendJwt(j).appendJwt(k);
  t.strictSame(grown.jwtAuthorities, [j, k]);
  const expired = makeJwtAuthority('j', { key, expiresAt: new Date(0) });
  t.equal(grown.appendJwt(expired), grown, 'appending cannot end the life of a key');
  t.end();
});

t.test('BV-17 a kid cannot be made ambiguous by appending', (t) => {
  const code = 'PKI_JWT_AUTHORITY_AMBIGUOUS';
  t.throws(() => bundle.appendJwt(makeJwtAuthority('j')), { code });
  t.end();
});

t.test('BV-27 prunes what has ended, and never all of a kind', (t) => {
  const rows: readonly (readonly [name: string, now: string, kept: [number, number]])[] = [
    ['nothing has ended', '2026-06-01T00:00:00Z', [2, 2]],
    ['in its last second', '2027-01-01T00:00:00Z', [2, 2]],
    ['some have ended', '2027-01-01T00:00:01Z', [1, 1]],
    ['all have ended', '2030-01-01T00:00:00Z', [2, 2]],
    ['a broken clock', 'now', [2, 2]],
  ];
  for (const [name, now, [x509, jwt]] of rows) {
    const pruned = bundle.prune(new Date(now));
    t.equal(pruned.x509Authorities.length, x509, name);
    t.equal(pruned.x509Certificates.length, x509, name);
    t.equal(pruned.jwtAuthorities.length, jwt, name);
    if (x509 === 2) t.equal(pruned, bundle, name);
    else t.match(pruned, { x509Authorities: [b], jwtAuthorities: [k], sequenceNumber: 7n });
  }
  t.end();
});

t.test('prunes each kind by itself', (t) => {
  const later = new Date('2027-06-01T00:00:00Z');
  const onlyJwt = TrustBundle.of({ trustDomain, x509Authorities: [a], jwtAuthorities: [j, k] });
  t.strictSame(onlyJwt.prune(later).x509Authorities, [a]);
  t.strictSame(onlyJwt.prune(later).jwtAuthorities, [k]);
  const withoutJwt = TrustBundle.of({ trustDomain, x509Authorities: [a, b] });
  t.strictSame(withoutJwt.prune(later).x509Authorities, [b]);
  const endless = TrustBundle.of({ trustDomain, jwtAuthorities: [j, makeJwtAuthority('e')] });
  t.strictSame(
    endless.prune(later).jwtAuthorities.map(({ keyId }) => keyId),
    ['e'],
  );
  t.end();
});

t.test('TDB-04 can tell whether contents changed, whatever the number', (t) => {
  const rows: readonly (readonly [
    name: string,
    changes: Partial<TrustBundleFields>,
    same: boolean,
  ])[] = [
    ['another number', { sequenceNumber: 8n }, true],
    ['a copy', { x509Authorities: [copyOf(a), copyOf(b)] }, true],
    ['another trust domain', { trustDomain: TrustDomain.of('other.example') }, false],
    ['another refresh hint', { refreshHintSeconds: 61 }, false],
    ['another order', { x509Authorities: [b, a] }, false],
    ['another order of keys', { jwtAuthorities: [k, j] }, false],
    ['a certificate less', { x509Authorities: [a] }, false],
    ['a key less', { jwtAuthorities: [j] }, false],
    ['no taint', { x509Authorities: [a, { ...b, tainted: false }] }, false],
    [
      'a taint',
      { jwtAuthorities: [makeJwtAuthority('j', { key, expiresAt: SOON, tainted: true }), k] },
      false,
    ],
  ];
  for (const [name, changes, same] of rows) {
    const other = TrustBundle.of({ ...fields, ...changes });
    t.equal(bundle.sameContents(other), same, name);
    t.equal(other.sameContents(bundle), same, name);
  }
  t.end();
});

t.test('takes another number', (t) => {
  const next = bundle.withSequenceNumber(2n ** 64n - 1n);
  t.equal(next.sequenceNumber, 18446744073709551615n);
  t.ok(next.sameContents(bundle));
  t.equal(bundle.withSequenceNumber(7n), bundle);
  t.end();
});
