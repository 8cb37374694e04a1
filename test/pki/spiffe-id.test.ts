import t from 'tap';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { SpiffeId, parseWorkloadId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';

interface Vector {
  readonly id: string;
  readonly input: string;
  readonly verdict: 'accept' | 'reject';
  readonly leaf?: boolean;
  readonly code?: string;
}

const vectors = JSON.parse(
  readFileSync(new URL('../vectors/spiffe-id.json', import.meta.url), 'utf8'),
) as Vector[];

t.test('ID-01..15 parses exactly the SPIFFE IDs that the specification allows', (t) => {
  t.equal(vectors.length, 89);
  for (const { id, input, verdict, leaf, code } of vectors) {
    if (verdict === 'reject') {
      t.throws(() => SpiffeId.parse(input), { code }, id);
      continue;
    }
    t.equal(SpiffeId.parse(input).toString(), input, `${id} keeps its text`);
    if (leaf === true)
      t.equal(parseWorkloadId(input).toString(), input, `${id} may name a workload`);
    else t.throws(() => parseWorkloadId(input), { code: 'PKI_SPIFFE_ID_PATH_MISSING' }, id);
  }
  t.end();
});

t.test('ID-06 ID-12 every byte is either of the character set or refused', (t) => {
  for (let byte = 0; byte < 256; byte++) {
    const char = String.fromCharCode(byte);
    const inPath = /[a-zA-Z0-9._-]/.test(char);
    const inDomain = /[a-z0-9._-]/.test(char);
    const path = `spiffe://td/a${char}b`;
    const domain = `spiffe://a${char}b/w`;
    if (inPath || char === '/') t.equal(SpiffeId.parse(path).toString(), path);
    else t.throws(() => SpiffeId.parse(path), { code: 'PKI_PATH_CHARACTER' }, JSON.stringify(char));
    if (inDomain || char === '/') t.equal(SpiffeId.parse(domain).toString(), domain);
    else t.throws(() => SpiffeId.parse(domain), { code: 'PKI_TRUST_DOMAIN_CHARACTER' });
  }
  t.end();
});

t.test('what parses prints as it came', (t) => {
  fc.assert(
    fc.property(fc.string({ maxLength: 60 }), (rest) => {
      const text = `spiffe://${rest}`;
      try {
        return SpiffeId.parse(text).toString() === text;
      } catch (error) {
        return (error as { code: string }).code.startsWith('PKI_');
      }
    }),
    { numRuns: 2000 },
  );
  t.end();
});

t.test('ID-17 compares whole identities', (t) => {
  const id = SpiffeId.parse('spiffe://example.org/a');
  t.ok(id.equals(SpiffeId.of(TrustDomain.parse('example.org'), '/a')));
  t.notOk(id.equals(SpiffeId.parse('spiffe://example.org/A')), 'paths are case-sensitive');
  t.notOk(id.equals(SpiffeId.parse('spiffe://example.org./a')), 'a trailing dot is another domain');
  t.ok(id.memberOf(TrustDomain.parse('example.org')));
  t.notOk(id.memberOf(TrustDomain.parse('example.com')));
  t.throws(() => SpiffeId.of(id.trustDomain, 'a'), { code: 'PKI_PATH_LEADING_SLASH' });
  t.end();
});
