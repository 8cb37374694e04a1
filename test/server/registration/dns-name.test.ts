import t from 'tap';
import { dnsNameProblem, findCoveringWildcard } from '../../../server/registration/dns-name.ts';

t.test('names that can stand in a certificate', async (t) => {
  const names = ['a', 'db.example.org', '*.example.org', 'xn--bcher-kva.example', 'A-1.b_2.c'];
  for (const name of names) t.equal(dnsNameProblem(name), undefined, name);
});

t.test('names that cannot', async (t) => {
  const long = `${'a'.repeat(63)}.`.repeat(4) + 'toolong';
  const names = ['', '.', 'a..b', '-a', 'a-', 'a.*.b', '*', '*.*.b', 'a*.b', 'bücher.example'];
  for (const name of [...names, 'a b', 'a\nb', long, 'a'.repeat(64), 'xn--\u0000']) {
    t.type(dnsNameProblem(name), 'string', JSON.stringify(name.slice(0, 20)));
  }
});

t.test('a wildcard that covers another name', async (t) => {
  t.equal(findCoveringWildcard(['*.a.b', 'x.a.b']), '*.a.b');
  t.equal(findCoveringWildcard(['*.a.b', 'x.y.a.b', 'a.b']), undefined, 'it covers one label');
  t.equal(findCoveringWildcard(['*.a.b', '*.a.b']), undefined, 'not another wildcard');
});
