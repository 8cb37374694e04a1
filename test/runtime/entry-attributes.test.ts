import t from 'tap';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { messageCodec } from '@vouchsafe/proto/load';
import {
  NO_ATTRIBUTES,
  audienceRefusal,
  decodeAttributes,
  encodeAttributes,
  orNone,
} from '../../runtime/entry-attributes.ts';

const any = { allow: [], maxCount: 0, maxTtlSeconds: 0 };
const all = {
  owner: 'payments',
  labels: { tier: '1', ['__proto__']: 'x' },
  environment: 'prod',
  description: 'takes the money',
  audience: { allow: ['db', 'queue'], maxCount: 1, maxTtlSeconds: 60 },
};

t.test('nothing said is no attributes', (t) => {
  t.equal(orNone(NO_ATTRIBUTES), undefined);
  t.equal(orNone({ ...NO_ATTRIBUTES, audience: any }), undefined);
  for (const said of [
    { owner: 'x' },
    { labels: { a: '' } },
    { environment: 'x' },
    { description: 'x' },
    { audience: { ...any, maxCount: 1 } },
  ]) {
    t.match(orNone({ ...NO_ATTRIBUTES, ...said }), said);
  }
  t.end();
});

t.test('go over the wire as they are', (t) => {
  const codec = messageCodec('vouchsafe.server.entry.v1.Attributes');
  const overTheWire = (attributes: typeof NO_ATTRIBUTES) =>
    decodeAttributes(codec.decode(codec.encode(encodeAttributes(attributes))));
  t.strictSame(overTheWire(all), all);
  t.strictSame(overTheWire({ ...all, audience: undefined }), { ...all, audience: undefined });
  t.equal(overTheWire(NO_ATTRIBUTES), undefined);
  t.equal(decodeAttributes(null), undefined);
  const twice = { ...all, audience: { ...all.audience, allow: ['db', 'queue', 'db'] } };
  t.strictSame(overTheWire(twice), all, 'an audience is allowed or not');
  t.end();
});

t.test('a refused audience names the identity and whom to ask', (t) => {
  const spiffeId = SpiffeId.parse('spiffe://example.org/web');
  const refusal = (attributes: typeof NO_ATTRIBUTES | undefined, ...audience: string[]) =>
    audienceRefusal({ spiffeId, attributes }, audience);
  t.equal(refusal(undefined, 'x'), undefined);
  t.equal(refusal({ ...all, audience: undefined }, 'x'), undefined);
  t.equal(refusal(all, 'db'), undefined);
  t.equal(
    refusal(all, 'dbs'),
    'audience rules of spiffe://example.org/web (owner: payments): audience "dbs" is not among those allowed, "db", "queue"; nearest: "db"',
  );
  t.match(refusal({ ...all, owner: '' }, 'dbs'), /^audience rules of spiffe:..example.org.web: /);
  t.end();
});
