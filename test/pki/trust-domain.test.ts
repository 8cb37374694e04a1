import t from 'tap';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';

const rows: readonly (readonly [input: string, verdict: string])[] = [
  ['example.org', 'example.org'],
  ['spiffe://example.org', 'example.org'],
  ['127.0.0.1', '127.0.0.1'],
  ['a'.repeat(255), 'a'.repeat(255)],
  ['spiffe://example.org/path', 'PKI_TRUST_DOMAIN_PATH'],
  ['spiffe://example.org/', 'PKI_TRUST_DOMAIN_PATH'],
  ['example.org/', 'PKI_TRUST_DOMAIN_CHARACTER'],
  ['Example.org', 'PKI_TRUST_DOMAIN_CHARACTER'],
  ['spiffe:/example.org', 'PKI_SPIFFE_ID_SCHEME'],
  ['https://example.org', 'PKI_SPIFFE_ID_SCHEME'],
  ['example.org:8443', 'PKI_TRUST_DOMAIN_CHARACTER'],
  ['', 'PKI_TRUST_DOMAIN_MISSING'],
  ['spiffe://', 'PKI_TRUST_DOMAIN_MISSING'],
  ['a'.repeat(256), 'PKI_TRUST_DOMAIN_TOO_LONG'],
];

t.test('ID-16 TDX-01..12 reads a trust domain where a person or a peer names one', (t) => {
  for (const [input, verdict] of rows) {
    if (verdict.startsWith('PKI_'))
      t.throws(() => TrustDomain.parse(input), { code: verdict }, input);
    else t.equal(TrustDomain.parse(input).name, verdict, input);
  }
  t.end();
});

t.test('names itself bare and as a SPIFFE ID', (t) => {
  const domain = TrustDomain.of('example.org');
  t.equal(domain.id, 'spiffe://example.org');
  t.equal(String(domain), 'example.org');
  t.ok(domain.equals(TrustDomain.parse('spiffe://example.org')));
  t.end();
});
