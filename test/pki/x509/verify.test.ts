import { PkiError } from '@vouchsafe/pki/errors';
import type { PkiErrorCode } from '@vouchsafe/pki/errors';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import t from 'tap';
import {
  ECDSA_SHA1,
  NOW,
  RSA_MD5,
  RSA_SHA256,
  altNames,
  at,
  basicConstraints,
  dns,
  ecKey,
  extendedKeyUsage,
  extension,
  intermediate,
  keyIdOf,
  keyUsage,
  nameConstraints,
  root,
  rsaKey,
  svid,
  svidExtensions,
  uri,
} from '../../support/test-ca.ts';
import type { TestCertificate } from '../../support/test-ca.ts';

const ROOT = root();
const ID = 'spiffe://example.org/workload';
const HOUR = 3_600_000;

type Bundles = Readonly<Record<string, readonly TestCertificate[]>>;
type Authorities = (domain: TrustDomain) => readonly Certificate[] | undefined;

const authoritiesOf =
  (bundles: Bundles): Authorities =>
  ({ name }) =>
    bundles[name]?.map(({ certificate }) => certificate);

interface Row {
  readonly name: string;
  readonly chain: readonly TestCertificate[];
  readonly bundles?: Bundles;
  readonly now?: Date;
  /** Undefined for one that is accepted. */
  readonly code?: PkiErrorCode;
}

function verify({ chain, bundles = { 'example.org': [ROOT] }, now = NOW }: Row): string {
  const certificates = chain.map(({ certificate }) => certificate);
  return verifyX509Svid({
    chain: certificates,
    authorities: authoritiesOf(bundles),
    now,
  }).toString();
}

const withExtensions = (...overrides: Parameters<typeof svidExtensions>): TestCertificate =>
  svid(ROOT, { extensions: svidExtensions(...overrides) });
const named = (...names: Buffer[]): TestCertificate =>
  withExtensions({ names: altNames(...names) });

const MIDDLE = intermediate(ROOT);
const BELOW = svid(MIDDLE);

const accepted: readonly Row[] = [
  { name: 'X509-02 a proper one', chain: [svid(ROOT)] },
  { name: 'X509-10 one below an intermediate', chain: [BELOW, MIDDLE] },
  { name: 'XV-27 unrelated certificates in between', chain: [BELOW, svid(ROOT), root(), MIDDLE] },
  {
    name: 'X509-03 DNS names beside the SPIFFE ID',
    chain: [named(dns('a.b'), uri(ID), dns('c.d'))],
  },
  {
    name: 'XV-20 key usage that is not critical',
    chain: [withExtensions({ usage: keyUsage([0], 'not critical') })],
  },
  { name: 'XV-22 no basic constraints', chain: [withExtensions({ constraints: null })] },
  {
    name: 'XV-23 extended key usage of its own',
    chain: [withExtensions({ extended: extendedKeyUsage('1.2.3.4') })],
  },
  { name: 'XV-24 no extended key usage', chain: [withExtensions({ extended: null })] },
  { name: 'XV-25 an empty subject, names not critical', chain: [svid(ROOT, { name: '' })] },
  { name: 'XV-29 serial number 0', chain: [svid(ROOT, { serialNumber: 0n })] },
  {
    name: 'X509-12 pathLen 0 and no intermediate',
    ...below({ constraints: basicConstraints(true, 0) }),
  },
  {
    name: 'XV-16 a URI constraint that fits',
    ...below({ more: nameConstraints({ permitted: [uri('example.org')] }) }),
  },
  {
    name: 'an exclusion that does not hit',
    ...below({ more: nameConstraints({ excluded: [uri('evil.org')] }) }),
  },
  { name: 'an authority without SPIFFE ID', ...below({ names: null }) },
  { name: 'an RSA authority', ...rsaRow() },
  { name: 'its first and its last second', chain: [svid(ROOT, { notBefore: NOW, notAfter: NOW })] },
  {
    name: 'the second of two authorities of one name, without key IDs',
    chain: [svid(ROOT)],
    bundles: { 'example.org': [root(), ROOT] },
  },
];

/** A chain of a root with other extensions and an SVID below it. */
function below(overrides: {
  constraints?: Buffer;
  usage?: Buffer;
  names?: Buffer | null;
  more?: Buffer;
}): Pick<Row, 'chain' | 'bundles'> {
  const parts = {
    constraints: basicConstraints(true),
    usage: keyUsage([5, 6]),
    names: altNames(uri('spiffe://example.org')),
    ...overrides,
  };
  const extensions = Object.values(parts).filter((part) => part !== null);
  const authority = root({ extensions });
  return { chain: [svid(authority)], bundles: { 'example.org': [authority] } };
}

function rsaRow(): Pick<Row, 'chain' | 'bundles'> {
  const authority = root({ key: rsaKey(2048), signature: RSA_SHA256 });
  const chain = [svid(authority, { signature: RSA_SHA256 })];
  return { chain, bundles: { 'example.org': [authority] } };
}

function weakRow(): Pick<Row, 'chain' | 'bundles'> {
  const authority = root({ key: rsaKey(1024), signature: RSA_SHA256 });
  const chain = [svid(authority, { signature: RSA_SHA256 })];
  return { chain, bundles: { 'example.org': [authority] } };
}

function md5Row(): Pick<Row, 'chain' | 'bundles'> {
  const authority = root({ key: rsaKey(2048), signature: RSA_SHA256 });
  return {
    chain: [svid(authority, { signature: RSA_MD5 })],
    bundles: { 'example.org': [authority] },
  };
}

/** An SVID under an intermediate that was made with other parts. */
function under(parts: Parameters<typeof intermediate>[1]): readonly TestCertificate[] {
  const middle = intermediate(ROOT, parts);
  return [svid(middle), middle];
}

/** A chain of so many intermediates. */
function deep(count: number, top = ROOT): readonly TestCertificate[] {
  const middles: TestCertificate[] = [];
  for (let i = 0; i < count; i++) {
    middles.unshift(intermediate(middles[0] ?? top, { name: `intermediate ${i}` }));
  }
  return [svid(middles[0] ?? top), ...middles];
}

const OTHER = root({ name: 'other' });
const STRICT = root({ extensions: [basicConstraints(true, 0), keyUsage([5])] });
const EXPIRED_ROOT = root({ notAfter: at(-1000) });
const LEAF_ISSUER = svid(ROOT);
const oneCa = (...extensions: Buffer[]): readonly TestCertificate[] => under({ extensions });
const CA_NAMES = altNames(uri('spiffe://example.org'));

const refused: readonly Row[] = [
  { name: 'no certificate at all', chain: [], code: 'PKI_SVID_CHAIN_EMPTY' },
  {
    name: 'XV-01 two SPIFFE IDs',
    chain: [named(uri(ID), uri(`${ID}2`))],
    code: 'PKI_SVID_URI_COUNT',
  },
  {
    name: 'XV-02 another URI beside it',
    chain: [named(uri(ID), uri('https://example.org/x'))],
    code: 'PKI_SVID_URI_COUNT',
  },
  {
    name: 'XV-03 the same SPIFFE ID twice',
    chain: [named(uri(ID), uri(ID))],
    code: 'PKI_SVID_URI_COUNT',
  },
  {
    name: 'XV-04 X509-24 a CA',
    chain: [withExtensions({ constraints: basicConstraints(true) })],
    code: 'PKI_SVID_IS_CA',
  },
  {
    name: 'XV-05 X509-25 certificate signing',
    chain: [withExtensions({ usage: keyUsage([0, 5]) })],
    code: 'PKI_SVID_KEY_USAGE',
  },
  {
    name: 'XV-06 X509-25 CRL signing',
    chain: [withExtensions({ usage: keyUsage([0, 6]) })],
    code: 'PKI_SVID_KEY_USAGE',
  },
  { name: 'XV-07 DNS names only', chain: [named(dns('a.b'))], code: 'PKI_SVID_URI_COUNT' },
  { name: 'XV-07 no names', chain: [withExtensions({ names: null })], code: 'PKI_SVID_URI_COUNT' },
  { name: 'XV-08 expired', chain: [svid(ROOT, { notAfter: at(-1000) })], code: 'PKI_SVID_EXPIRED' },
  {
    name: 'XV-08 not yet valid',
    chain: [svid(ROOT, { notBefore: at(1000) })],
    code: 'PKI_SVID_NOT_YET_VALID',
  },
  {
    name: 'a clock that is none',
    chain: [svid(ROOT)],
    now: new Date(NaN),
    code: 'PKI_SVID_NOT_YET_VALID',
  },
  {
    name: 'XV-09 an expired intermediate',
    chain: under({ notAfter: at(-1000) }),
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'XV-09 an intermediate that is not valid yet',
    chain: under({ notBefore: at(1000) }),
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'XV-09 an expired authority',
    chain: [svid(EXPIRED_ROOT)],
    bundles: { 'example.org': [EXPIRED_ROOT] },
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'XV-10 SV-08 signed by another trust domain that is trusted too',
    chain: [svid(OTHER)],
    bundles: { 'example.org': [ROOT], 'other.org': [OTHER] },
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'XV-10 an SPIFFE ID of another trust domain, signed by ours',
    chain: [named(uri('spiffe://other.org/x'))],
    bundles: { 'example.org': [ROOT], 'other.org': [OTHER] },
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'XV-11 no bundle',
    chain: [svid(ROOT)],
    bundles: {},
    code: 'PKI_SVID_TRUST_DOMAIN_UNKNOWN',
  },
  {
    name: 'XV-11 X509-35 an empty bundle',
    chain: [svid(ROOT)],
    bundles: { 'example.org': [] },
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'XV-12 an intermediate that is no CA',
    chain: oneCa(keyUsage([5]), CA_NAMES),
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'XV-12 an intermediate with cA FALSE',
    chain: oneCa(basicConstraints(false), keyUsage([5]), CA_NAMES),
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'XV-12 X509-06 an intermediate without certificate signing',
    chain: oneCa(basicConstraints(true), keyUsage([6]), CA_NAMES),
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'XV-12 an intermediate without key usage',
    chain: oneCa(basicConstraints(true), CA_NAMES),
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'T-21 signed by another SVID',
    chain: [svid(LEAF_ISSUER), LEAF_ISSUER],
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'XV-13 an unknown critical extension',
    chain: [withExtensions({ more: extension('1.2.3.4', Buffer.of(5, 0), 'critical') })],
    code: 'PKI_SVID_CRITICAL_EXTENSION',
  },
  {
    name: 'XV-13 the same in an intermediate',
    chain: oneCa(
      basicConstraints(true),
      keyUsage([5]),
      CA_NAMES,
      extension('1.2.3.4', Buffer.of(5, 0), 'critical'),
    ),
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'XV-14 a path that is too long',
    chain: deep(1, STRICT),
    bundles: { 'example.org': [STRICT] },
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'XV-15 a URI constraint that does not fit',
    ...below({ more: nameConstraints({ permitted: [uri('other.org')] }) }),
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'XV-15 a constraint on the domains below, which it is not',
    ...below({ more: nameConstraints({ permitted: [uri('.example.org')] }) }),
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'XV-15 an exclusion that hits',
    ...below({ more: nameConstraints({ excluded: [uri('example.org')] }) }),
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'XV-15 a constraint of an intermediate',
    chain: oneCa(
      basicConstraints(true),
      keyUsage([5]),
      CA_NAMES,
      nameConstraints({ permitted: [uri('other.org')] }),
    ),
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'X509-14 a constraint on names that are not compared',
    ...below({
      more: nameConstraints({
        permitted: [Buffer.concat([Buffer.of(0xa4, 2), Buffer.of(0x30, 0)])],
      }),
    }),
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'XV-17 another scheme',
    chain: [named(uri('https://example.org/x'))],
    code: 'PKI_SVID_ID',
  },
  {
    name: 'XV-17 X509-26 the scheme in capitals',
    chain: [named(uri('SPIFFE://example.org/x'))],
    code: 'PKI_SVID_ID',
  },
  { name: 'XV-17 a port', chain: [named(uri('spiffe://example.org:1/x'))], code: 'PKI_SVID_ID' },
  {
    name: 'XV-18 X509-27 a SPIFFE ID without path',
    chain: [named(uri('spiffe://example.org'))],
    code: 'PKI_SVID_ID',
  },
  {
    name: 'XV-19 no key usage',
    chain: [withExtensions({ usage: null })],
    code: 'PKI_SVID_KEY_USAGE',
  },
  {
    name: 'XV-21 X509-17 no digital signature',
    chain: [withExtensions({ usage: keyUsage([2, 4]) })],
    code: 'PKI_SVID_KEY_USAGE',
  },
  {
    name: 'XV-26 a NUL in the SPIFFE ID',
    chain: [named(uri(`${ID}\u0000.evil`))],
    code: 'PKI_SVID_ID',
  },
  {
    name: 'XV-26 two in one, with a comma',
    chain: [named(uri(`${ID}, URI:spiffe://example.org/b`))],
    code: 'PKI_SVID_ID',
  },
  { name: 'XV-27 the SVID last', chain: [MIDDLE, BELOW], code: 'PKI_SVID_ID' },
  {
    name: 'XV-28 SHA-1',
    chain: [svid(ROOT, { signature: ECDSA_SHA1 })],
    code: 'PKI_SVID_UNTRUSTED',
  },
  { name: 'XV-28 MD5', ...md5Row(), code: 'PKI_SVID_UNTRUSTED' },
  { name: 'XV-28 an authority with RSA of 1024 bits', ...weakRow(), code: 'PKI_SVID_UNTRUSTED' },
  {
    name: 'XV-28 an SVID with RSA of 1024 bits',
    chain: [svid(ROOT, { key: rsaKey(1024) })],
    code: 'PKI_KEY_WEAK',
  },
  {
    name: 'a key on a curve that is none of ours',
    chain: [svid(ROOT, { key: ecKey('secp256k1') })],
    code: 'PKI_KEY_UNSUPPORTED',
  },
  { name: 'XV-31 X509-11 the authority itself', chain: [ROOT], code: 'PKI_SVID_ID' },
  {
    name: 'X509-08 an intermediate with a path in its SPIFFE ID',
    chain: oneCa(basicConstraints(true), keyUsage([5]), altNames(uri('spiffe://example.org/ca'))),
    code: 'PKI_SVID_UNTRUSTED',
  },
  {
    name: 'an intermediate with two SPIFFE IDs',
    chain: oneCa(
      basicConstraints(true),
      keyUsage([5]),
      altNames(uri('spiffe://example.org'), uri('spiffe://other.org')),
    ),
    code: 'PKI_SVID_UNTRUSTED',
  },
  { name: 'an intermediate that was not sent', chain: [BELOW], code: 'PKI_SVID_UNTRUSTED' },
  {
    name: 'the signature of another key of the same name',
    chain: [svid(root())],
    code: 'PKI_SVID_UNTRUSTED',
  },
  { name: 'eleven certificates', chain: deep(10), code: 'PKI_SVID_CHAIN_TOO_LONG' },
];

t.test('accepted', async (t) => {
  for (const row of accepted) t.equal(verify(row), ID, row.name);
  t.equal(verify({ name: 'ten', chain: deep(9) }), ID, 'ten certificates');
});

t.test('refused', async (t) => {
  for (const row of refused) {
    t.throws(() => verify(row), { name: 'PkiError', code: row.code! }, row.name);
  }
});

t.test('key IDs that disagree spare the signature, and never decide for anybody', async (t) => {
  const key = ecKey();
  const authority = root({
    key,
    extensions: [basicConstraints(true), keyUsage([5]), keyIdOf(key)],
  });
  t.equal(
    verify({ name: '', chain: [svid(authority)], bundles: { 'example.org': [authority] } }),
    ID,
  );
});

t.test('T-21: a bundle and a chain of look-alikes end the search, in bounded time', async (t) => {
  const lookAlikes = Array.from({ length: 150 }, () => root());
  const started = performance.now();
  const row = { name: '', chain: [svid(ROOT)], bundles: { 'example.org': lookAlikes } };
  t.throws(() => verify(row), { code: 'PKI_SVID_UNTRUSTED', message: /search was given up/ });
  const self = Array.from({ length: 9 }, () => intermediate(root(), { name: 'root' }));
  t.throws(() => verify({ name: '', chain: [svid(root()), ...self] }), {
    code: 'PKI_SVID_UNTRUSTED',
  });
  t.ok(performance.now() - started < 5000);
});

t.test('SV-04 X509-23 one flipped byte anywhere proves nothing', async (t) => {
  const { parseCertificate } = await import('@vouchsafe/pki/x509/certificate');
  const { raw } = svid(ROOT).certificate;
  for (let at = 0; at < raw.length; at += 7) {
    const flipped = Buffer.from(raw);
    flipped[at]! ^= 0x01;
    const attempt = (): unknown =>
      verifyX509Svid({
        chain: [parseCertificate(flipped)],
        authorities: authoritiesOf({ 'example.org': [ROOT] }),
        now: NOW,
      });
    t.throws(attempt, PkiError, `byte ${at}`);
  }
});

t.test('the time is that of the caller', async (t) => {
  const chain = [svid(ROOT, { notBefore: at(-HOUR), notAfter: at(HOUR) })];
  t.throws(() => verify({ name: '', chain, now: at(HOUR + 1000) }), { code: 'PKI_SVID_EXPIRED' });
  t.equal(verify({ name: '', chain, now: at(HOUR) }), ID);
});
