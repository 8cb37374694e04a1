import t from 'tap';
import { JwtSvidCache, jwtSvidKey } from '../../../agent/cache/jwt-svid-cache.ts';
import { entryOf } from '../../support/entries.ts';

const svid = (token: string) => ({
  token,
  keyId: 'k',
  expiresAt: new Date(2000),
  renewAt: new Date(1000),
});

t.test('T-19: keeps apart whatever is not exactly the same', (t) => {
  const entry = entryOf('a', { revision: '1', createdAt: 5 });
  const keys = [
    jwtSvidKey(entry, ['x']),
    jwtSvidKey(entry, ['x', 'y']),
    jwtSvidKey(entry, ['y', 'x']),
    jwtSvidKey(entry, ['x","y']),
    jwtSvidKey(entry, ['x,y']),
    jwtSvidKey(entryOf('b', { revision: '1', createdAt: 5 }), ['x']),
    jwtSvidKey({ ...entry, revision: '2' }, ['x']),
    jwtSvidKey({ ...entry, createdAt: 6 }, ['x']),
  ];
  t.equal(new Set(keys).size, keys.length);
  t.equal(jwtSvidKey(entry, ['x']), keys[0]);
  t.end();
});

t.test('holds so many, those used last', (t) => {
  const cache = new JwtSvidCache(2);
  cache.put('a', svid('1'));
  cache.put('b', svid('2'));
  cache.put('a', svid('3'));
  t.equal(cache.size, 2);
  t.equal(cache.find('b')?.token, '2', 'replacing one makes no other go');
  cache.put('c', svid('4'));
  t.equal(cache.find('a'), undefined, 'the one not used for longest');
  t.equal(cache.find('b')?.token, '2');
  cache.delete('b');
  t.equal(cache.find('b'), undefined);
  t.equal(cache.size, 1);
  t.end();
});

t.test('can be switched off', (t) => {
  const cache = new JwtSvidCache(0);
  cache.put('a', svid('1'));
  t.equal(cache.find('a'), undefined);
  t.end();
});
