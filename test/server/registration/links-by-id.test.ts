import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import t from 'tap';
import { LinksById } from '../../../server/registration/links-by-id.ts';

t.test('one thing, several, and none', (t) => {
  const links = new LinksById<object>();
  const id = SpiffeId.parse('spiffe://example.org/a');
  const [one, two] = [{}, {}];
  t.equal(links.of(id).size, 0);
  links.delete(id, one);
  links.add(id, one);
  links.add(id, one);
  t.strictSame(new Set(links.of(id)), new Set([one]));
  links.add(id, two);
  t.equal(links.of(id).size, 2);
  links.delete(id, one);
  t.ok(links.of(id).has(two) && links.of(id).size === 1);
  links.delete(id, two);
  t.equal(links.of(id).size, 0);
  links.add(id, one);
  links.delete(id, two);
  t.ok(links.of(id).has(one), 'another is not taken for it');
  links.delete(id, one);
  t.equal(links.of(id).size, 0);
  t.end();
});

t.test('the same path of another trust domain is another ID', (t) => {
  const links = new LinksById<object>();
  const thing = {};
  links.add(SpiffeId.parse('spiffe://example.org/a'), thing);
  t.equal(links.of(SpiffeId.parse('spiffe://other.org/a')).size, 0);
  t.equal(links.of(SpiffeId.parse('spiffe://example.org/A')).size, 0);
  t.end();
});
