import t from 'tap';
import { renewalTime } from '../../../agent/sync/lifetime.ts';

t.test('is around half of the life, wherever in it chance falls', (t) => {
  const lifetime = { notBefore: new Date(0), notAfter: new Date(1000) };
  t.equal(renewalTime(lifetime, 0).getTime(), 450);
  t.equal(renewalTime(lifetime, 0.5).getTime(), 500);
  t.ok(renewalTime(lifetime, 0.999).getTime() < 550);
  t.end();
});
