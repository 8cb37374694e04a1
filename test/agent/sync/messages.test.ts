import t from 'tap';
import { generateKeyPairSync } from 'node:crypto';
import { messageCodec } from '@vouchsafe/proto/load';
import type { MessageInput } from '@vouchsafe/proto/load';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseBundle, parseChain, parseEntry } from '../../../agent/sync/messages.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { FakeClock } from '../../support/fake-clock.ts';

type EntryInput = MessageInput<'spire.api.types.Entry'>;
type BundleInput = MessageInput<'spire.api.types.Bundle'>;

const trustDomain = TrustDomain.of('example.org');
const ca = await FakeCa.create('example.org', new FakeClock());

/** As it comes off the wire. */
function entry(overrides: EntryInput = {}) {
  const codec = messageCodec('spire.api.types.Entry');
  return codec.decode(
    codec.encode({
      id: 'e',
      spiffe_id: { trust_domain: 'example.org', path: '/web' },
      selectors: [{ type: 'unix', value: 'uid:1' }],
      ...overrides,
    }),
  );
}

function bundle(overrides: BundleInput = {}) {
  const codec = messageCodec('spire.api.types.Bundle');
  return codec.decode(codec.encode({ ...ca.bundle(), ...overrides }));
}

t.test('reads an entry', (t) => {
  const full = parseEntry(
    entry({
      selectors: [
        { type: 'unix', value: 'uid:1' },
        { type: 'docker', value: 'label:a:b' },
      ],
      federates_with: ['other.org', 'spiffe://third.org'],
      hint: 'internal',
      created_at: '123',
      revision_number: '4',
      store_svid: true,
      additional_attributes: { disable_x509_svid_prefetch: true, jwt_svid_include_jti: true },
    }),
  );
  t.match(full, { id: 'e', hint: 'internal', createdAt: 123, revision: '4' });
  t.match(full, { storeSvid: true, prefetch: false, jwtIncludesId: true });
  t.equal(full.spiffeId.toString(), 'spiffe://example.org/web');
  t.strictSame(full.selectors.map(String), ['unix:uid:1', 'docker:label:a:b']);
  t.strictSame(full.federatesWith.map(String), ['other.org', 'third.org']);
  const plain = parseEntry(entry());
  t.match(plain, { storeSvid: false, prefetch: true, jwtIncludesId: false, hint: '' });
  t.end();
});

for (const [name, overrides] of [
  ['no ID', { id: '' }],
  ['no SPIFFE ID', { spiffe_id: null }],
  ['the trust domain itself as SPIFFE ID', { spiffe_id: { trust_domain: 'example.org' } }],
  ['a SPIFFE ID that climbs', { spiffe_id: { trust_domain: 'example.org', path: '/a/../b' } }],
  ['no selectors', { selectors: [] }],
  ['a selector without a type', { selectors: [{ type: '', value: 'x' }] }],
  ['a selector without a value', { selectors: [{ type: 'unix', value: '' }] }],
  ['a colon in a selector’s type', { selectors: [{ type: 'unix:uid', value: '0' }] }],
  ['a federated trust domain that is none', { federates_with: ['Other.org'] }],
] as const) {
  t.test(`T-01: refuses an entry with ${name}`, (t) => {
    t.throws(() => parseEntry(entry(overrides as EntryInput)));
    t.end();
  });
}

t.test('reads a bundle, and knows it again', (t) => {
  const first = parseBundle(bundle(), trustDomain, undefined);
  t.ok(first.x509Authorities[0]?.certificate.equals(ca.certificates[0]!));
  t.equal(first.jwtAuthorities[0]?.keyId, 'kid-0');
  t.equal(parseBundle(bundle(), trustDomain, first), first, 'the very same');
  for (const [name, change] of [
    ['a sequence number', { sequence_number: '99' }],
    ['a refresh hint', { refresh_hint: '5' }],
    [
      'a tainted authority',
      { x509_authorities: [{ ...ca.bundle().x509_authorities![0], tainted: true }] },
    ],
    ['an authority less', { x509_authorities: [] }],
    ['a JWT key less', { jwt_authorities: [] }],
    [
      'a tainted JWT key',
      { jwt_authorities: [{ ...ca.bundle().jwt_authorities![0], tainted: true }] },
    ],
    [
      'the life of a JWT key',
      { jwt_authorities: [{ ...ca.bundle().jwt_authorities![0], expires_at: '1' }] },
    ],
  ] as const) {
    t.not(parseBundle(bundle(change as BundleInput), trustDomain, first), first, name);
  }
  t.end();
});

t.test('T-14: refuses the bundle of another trust domain, and one that does not parse', (t) => {
  t.throws(() => parseBundle(bundle({ trust_domain: 'other.org' }), trustDomain, undefined));
  t.throws(() => parseBundle(bundle({ trust_domain: '' }), trustDomain, undefined));
  const broken = { x509_authorities: [{ asn1: Buffer.from('x') }] };
  t.throws(() => parseBundle(bundle(broken), trustDomain, undefined));
  const nameless = { jwt_authorities: [{ ...ca.bundle().jwt_authorities![0], key_id: '' }] };
  t.throws(() => parseBundle(bundle(nameless), trustDomain, undefined));
  t.end();
});

t.test('INT-04: INT-13: leaves out JWT keys that clients choke on', (t) => {
  const { publicKey } = generateKeyPairSync('ed25519');
  const ed25519 = publicKey.export({ format: 'der', type: 'spki' });
  const parsed = parseBundle(
    bundle({
      jwt_authorities: [
        { key_id: 'ed', public_key: ed25519 },
        { key_id: 'garbage', public_key: Buffer.from('x') },
        ...ca.bundle().jwt_authorities!,
      ],
    }),
    trustDomain,
    undefined,
  );
  t.strictSame(
    parsed.jwtAuthorities.map(({ keyId }) => keyId),
    ['kid-0'],
  );
  t.end();
});

t.test('reads a chain, of one certificate each', (t) => {
  const codec = messageCodec('spire.api.types.X509SVID');
  const chain = (cert_chain: Uint8Array[]) =>
    parseChain(codec.decode(codec.encode({ cert_chain: cert_chain })));
  const { raw } = ca.certificates[0]!;
  t.equal(chain([raw, raw]).length, 2);
  t.throws(() => parseChain(null));
  t.throws(() => chain([]));
  t.throws(() => chain([Buffer.concat([raw, raw])]), 'two in one');
  t.throws(() => chain(Array.from({ length: 17 }, () => raw)), 'too many');
  t.end();
});
