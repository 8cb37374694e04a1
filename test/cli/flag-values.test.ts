import t from 'tap';
import {
  addressFlag,
  checked,
  durationFlag,
  repeated,
  spiffeIdFlag,
  textFlag,
  timeFlag,
  trustDomainFlag,
  ttlFlag,
} from '../../cli/flag-values.ts';

t.test('what each kind of flag takes', (t) => {
  const rows: readonly (readonly [string, (text: string) => unknown, string, unknown])[] = [
    ['whole seconds', ttlFlag, '16', 16],
    ['a duration', ttlFlag, '1h30m', 5400],
    ['a TTL of zero', ttlFlag, '0', 0],
    ['the longest TTL', ttlFlag, '2147483647', 2_147_483_647],
    ['half a second', durationFlag, '500ms', 0.5],
    ['a host and port', addressFlag, 'example.org:8081', 'example.org:8081'],
    ['an IPv6 address', addressFlag, '[::1]:8081', '[::1]:8081'],
    ['a socket', addressFlag, 'unix:/run/a.sock', 'unix:/run/a.sock'],
    ['a text', textFlag, ' x ', ' x '],
    ['a checked text, as it was', checked(trustDomainFlag), 'spiffe://a', 'spiffe://a'],
  ];
  for (const [name, parse, text, value] of rows) {
    t.equal(parse(text), value, name);
  }
  t.equal(spiffeIdFlag('spiffe://example.org/a').toString(), 'spiffe://example.org/a');
  t.same(timeFlag('2026-01-31T12:00:30+02:00'), new Date('2026-01-31T10:00:30Z'));
  t.equal(trustDomainFlag('spiffe://example.org').name, 'example.org');
  const list = repeated(ttlFlag);
  t.strictSame(list('2', list('1', undefined)), [1, 2]);
  t.strictSame(list('2', false), [2], 'behind its negation');
  t.end();
});

t.test('what it refuses', (t) => {
  const rows: readonly (readonly [string, (text: string) => unknown, string])[] = [
    ['a fraction of a second as TTL', ttlFlag, '1500ms'],
    ['a negative TTL', ttlFlag, '-1'],
    ['a TTL beyond 32 bits', ttlFlag, '2147483648'],
    ['a word as TTL', ttlFlag, 'soon'],
    ['nothing as TTL', ttlFlag, ''],
    ['no time at all', durationFlag, '0'],
    ['a host alone', addressFlag, 'example.org'],
    ['a port beyond 65535', addressFlag, 'example.org:65536'],
    ['a relative socket', addressFlag, 'unix:a.sock'],
    ['nothing as text', textFlag, ''],
    ['a time without a zone', timeFlag, '2026-01-31T12:00:00'],
    ['a date alone', timeFlag, '2026-01-31'],
    ['a month there is not', timeFlag, '2026-13-31T12:00:00Z'],
    ['words for a time', timeFlag, 'tomorrow'],
    ['a SPIFFE ID without scheme', spiffeIdFlag, 'example.org/a'],
    ['a SPIFFE ID with an empty segment', spiffeIdFlag, 'spiffe://example.org//a'],
    ['a trust domain with a path', trustDomainFlag, 'spiffe://example.org/a'],
    ['a checked text', checked(trustDomainFlag), 'A'],
  ];
  for (const [name, parse, text] of rows) {
    t.throws(() => parse(text), { code: 'commander.invalidArgument' }, name);
  }
  t.end();
});
