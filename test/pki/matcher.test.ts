import t from 'tap';
import {
  checkSpiffeId,
  matchAny,
  matchId,
  matchMemberOf,
  matchOneOf,
  type SpiffeIdMatcher,
} from '@vouchsafe/pki/matcher';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';

const web = SpiffeId.parse('spiffe://example.org/web');
const others = [
  'spiffe://example.org/Web',
  'spiffe://example.org/web/x',
  'spiffe://example.com/web',
];

const rows: readonly { name: string; matcher: SpiffeIdMatcher; accepts: readonly string[] }[] = [
  { name: 'any', matcher: matchAny(), accepts: [...others, 'spiffe://example.org'] },
  { name: 'one ID', matcher: matchId(web), accepts: ['spiffe://example.org/web'] },
  {
    name: 'one of several',
    matcher: matchOneOf([web, SpiffeId.parse(others[2]!)]),
    accepts: ['spiffe://example.org/web', others[2]!],
  },
  { name: 'one of none', matcher: matchOneOf([]), accepts: [] },
  {
    name: 'members of a trust domain',
    matcher: matchMemberOf(TrustDomain.of('example.org')),
    accepts: ['spiffe://example.org', 'spiffe://example.org/web', others[0]!, others[1]!],
  },
];

t.test('each matcher accepts what it names and nothing else', (t) => {
  for (const { name, matcher, accepts } of rows) {
    for (const text of new Set([web.toString(), ...others, ...accepts])) {
      const id = SpiffeId.parse(text);
      const check = () => checkSpiffeId(id, matcher);
      if (accepts.includes(text) || name === 'any') t.doesNotThrow(check, `${name}: ${text}`);
      else t.throws(check, { code: 'PKI_SPIFFE_ID_UNEXPECTED' }, `${name}: ${text}`);
    }
  }
  t.end();
});

t.test('a matcher that answers anything but true refuses', (t) => {
  const sloppy = [() => Promise.resolve(true), () => 'yes', () => undefined];
  for (const matcher of sloppy)
    t.throws(() => checkSpiffeId(web, matcher as unknown as SpiffeIdMatcher), {
      code: 'PKI_SPIFFE_ID_UNEXPECTED',
    });
  t.end();
});
