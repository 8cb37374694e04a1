import t from 'tap';
import { Shared } from '../../runtime/shared.ts';

t.test('what is the same is kept once, and no more of it than said', (t) => {
  const shared = new Shared<object>(2);
  const a = shared.of('a', () => ({}));
  t.equal(
    shared.of('a', () => ({})),
    a,
  );
  t.not(
    shared.of('b', () => ({})),
    a,
  );
  shared.of('c', () => ({}));
  t.not(
    shared.of('a', () => ({})),
    a,
    'it begins anew',
  );
  t.end();
});
