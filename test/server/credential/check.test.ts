import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { mintAuthority, mintSubordinate, mintX509Svid } from '@vouchsafe/pki/x509/mint';
import t from 'tap';
import { checkIssued, checkIssuedAuthority } from '../../../server/credential/check.ts';
import { TRUST_DOMAIN } from '../../support/server-entries.ts';

const own = await generateKeyPair('ec-p256');
const other = await generateKeyPair('ec-p256');
const issuerKey = await generateKeyPair('ec-p256');
const notBefore = new Date('2026-01-01T00:00:00Z');
const notAfter = new Date('2026-01-01T01:00:00Z');
const validity = { notBefore, notAfter };

async function authority(end: Date, serialNumber: bigint) {
  const { signer } = issuerKey;
  const init = { trustDomain: TRUST_DOMAIN, signer, notBefore, notAfter: end, serialNumber };
  return { certificate: parseCertificate(await mintAuthority(init)), signer };
}

const issuer = await authority(new Date('2026-01-02T00:00:00Z'), 1n);
const short = await authority(new Date('2026-01-01T00:30:00Z'), 1n);
const request = {
  ...validity,
  spiffeId: SpiffeId.parse('spiffe://example.org/workload'),
  publicKeyInfo: own.publicKeyInfo,
  dnsNames: ['a.example', 'b.example'],
  serialNumber: 7n,
};
const expected = { ...request, issuer: issuer.certificate };
const svid = { ...request, issuer };

t.test('what was decided is let out', async (t) => {
  checkIssued(await mintX509Svid(svid), expected);
  const plain = { ...svid, dnsNames: [] };
  checkIssued(await mintX509Svid(plain), { ...expected, dnsNames: [] });
  t.pass();
});

const wrong: readonly (readonly [string, () => Promise<Uint8Array>, RegExp])[] = [
  [
    'another SPIFFE ID',
    () => mintX509Svid({ ...svid, spiffeId: SpiffeId.parse('spiffe://example.org/other') }),
    /SPIFFE ID/,
  ],
  [
    'the same path in another trust domain',
    () => mintX509Svid({ ...svid, spiffeId: SpiffeId.parse('spiffe://other.org/workload') }),
    /SPIFFE ID/,
  ],
  [
    'another key',
    () => mintX509Svid({ ...svid, publicKeyInfo: other.publicKeyInfo }),
    /the key that was proven/,
  ],
  [
    'a DNS name too many',
    () => mintX509Svid({ ...svid, dnsNames: ['a.example', 'b.example', 'c.example'] }),
    /DNS names/,
  ],
  ['other DNS names', () => mintX509Svid({ ...svid, dnsNames: ['a.example', 'x'] }), /DNS names/],
  [
    'an earlier start',
    () => mintX509Svid({ ...svid, notBefore: new Date(notBefore.getTime() - 1000) }),
    /valid for the time/,
  ],
  [
    'a later end',
    () => mintX509Svid({ ...svid, notAfter: new Date(notAfter.getTime() + 1000) }),
    /valid for the time/,
  ],
  ['another serial number', () => mintX509Svid({ ...svid, serialNumber: 8n }), /serial number/],
  [
    'another issuer',
    async () => mintX509Svid({ ...svid, issuer: await authority(notAfter, 2n) }),
    /names its issuer/,
  ],
];

for (const [name, mint, message] of wrong) {
  t.test(`${name} is kept back (S-CA-14)`, async (t) => {
    const der = await mint();
    t.throws(() => checkIssued(der, expected), { name: 'TypeError', message });
  });
}

t.test('so is a life beyond that of the issuer', async (t) => {
  const der = await mintX509Svid({ ...svid, issuer: short });
  t.throws(() => checkIssued(der, { ...expected, issuer: short.certificate }), {
    message: /within that of its issuer/,
  });
});

t.test('and a certificate that could sign others', async (t) => {
  const { signer, publicKeyInfo } = own;
  const trustDomain = TRUST_DOMAIN;
  const der = await mintAuthority({ ...validity, trustDomain, signer, serialNumber: 7n });
  const asked = { ...expected, publicKeyInfo, dnsNames: [] };
  // All that an authority lacks of an SVID is a path.
  const ofNobody = { ...asked, spiffeId: SpiffeId.of(TRUST_DOMAIN, '') };
  t.throws(() => checkIssued(der, ofNobody), { message: /is no authority/ });
});

t.test('an authority below: as it was decided, and nothing else', async (t) => {
  const { publicKeyInfo } = own;
  const common = { ...validity, publicKeyInfo, serialNumber: 7n };
  const below = { ...common, trustDomain: TRUST_DOMAIN, issuer };
  const spiffeId = SpiffeId.of(TRUST_DOMAIN, '');
  const asked = { ...common, spiffeId, issuer: issuer.certificate };
  checkIssuedAuthority(await mintSubordinate(below), asked);
  const later = new Date(notAfter.getTime() + 1000);
  for (const [der, message] of [
    [await mintX509Svid(svid), /is an authority/],
    [await mintSubordinate({ ...below, publicKeyInfo: other.publicKeyInfo }), /key that was/],
    [await mintSubordinate({ ...below, notAfter: later }), /valid for the time/],
    [await mintSubordinate({ ...below, serialNumber: 8n }), /serial number/],
  ] as const) {
    t.throws(() => checkIssuedAuthority(der, asked), { message });
  }
});
