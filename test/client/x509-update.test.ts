import t from 'tap';
import { parseX509Update } from '@vouchsafe/client/x509-update';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { X509SVID__Output } from '@vouchsafe/proto/gen/X509SVID';
import { systemClock } from '../../runtime/clock.ts';
import { FakeCa } from '../support/fake-ca.ts';
import { bundleOf, offerOf } from '../support/workload-api.ts';

const ca = await FakeCa.create('example.org', systemClock);
const foreign = await FakeCa.create('foreign.org', systemClock);
const ID = 'spiffe://example.org/web';
const offer = (await offerOf(ca, { spiffeId: ID })) as X509SVID__Output;

const parse = (
  svids: readonly X509SVID__Output[],
  federated_bundles: Readonly<Record<string, Buffer>> = {},
) => parseX509Update({ svids: [...svids], crl: [], federated_bundles });

t.test('WAPI-11 bundles are kept by trust domain', async (t) => {
  const { svids, bundles } = parse([offer], { 'spiffe://foreign.org': bundleOf(foreign) });
  t.equal(svids[0]!.svid.spiffeId.toString(), ID);
  t.same(
    [ca, foreign].map(({ trustDomain }) => bundles.x509Authorities(trustDomain)?.[0]?.raw),
    [bundleOf(ca), bundleOf(foreign)],
  );
  t.equal(bundles.x509Authorities(TrustDomain.of('other.org')), undefined);
});

t.test('a federated bundle never stands for the own trust domain', async (t) => {
  const { bundles } = parse([offer], { 'spiffe://example.org': bundleOf(foreign) });
  t.same(bundles.x509Authorities(ca.trustDomain)?.[0]?.raw, bundleOf(ca));
});

t.test('WAPI-18 of two SVIDs with one hint the first counts, without a hint all do', async (t) => {
  const hinted = { ...offer, hint: 'a' };
  const other = { ...((await offerOf(ca, { spiffeId: `${ID}2` })) as X509SVID__Output), hint: 'a' };
  t.same(
    parse([hinted, other, offer, offer]).svids.map(({ hint }) => hint),
    ['a', '', ''],
  );
  t.equal(parse([hinted, other]).svids[0]!.svid.spiffeId.toString(), ID);
});

t.test('WAPI-10 a message without an SVID is refused', async (t) => {
  t.throws(() => parse([]), { code: 'CLIENT_NO_SVID' });
});

for (const field of ['spiffe_id', 'x509_svid', 'x509_svid_key', 'bundle'] as const) {
  t.test(`WAPI-10 an SVID without ${field} is refused`, async (t) => {
    const empty = field === 'spiffe_id' ? '' : Buffer.alloc(0);
    t.throws(() => parse([{ ...offer, [field]: empty }]), { code: 'CLIENT_SVID_INCOMPLETE' });
  });
}

t.test('WAPI-14 another SPIFFE ID beside the SVID than in it is refused', async (t) => {
  t.throws(() => parse([{ ...offer, spiffe_id: `${ID}2` }]), { code: 'CLIENT_SVID_ID' });
});

t.test("WAPI-16 another SVID's key is refused", async (t) => {
  const { x509_svid_key } = (await offerOf(ca, { spiffeId: ID })) as X509SVID__Output;
  t.throws(() => parse([{ ...offer, x509_svid_key }]), { code: 'PKI_SVID_KEY_MISMATCH' });
});

t.test('a bundle that does not parse is refused, a federated one too', async (t) => {
  const bundle = Buffer.from('30030201', 'hex');
  t.throws(() => parse([{ ...offer, bundle }]), { code: /^PKI_/ });
  t.throws(() => parse([offer], { 'spiffe://foreign.org': bundle }), { code: /^PKI_/ });
  t.throws(() => parse([offer], { 'spiffe://foreign.org/x': bundleOf(foreign) }), {
    code: 'PKI_TRUST_DOMAIN_PATH',
  });
});
