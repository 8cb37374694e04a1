import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import t from 'tap';
import { scopeProblem } from '../../../server/roles/registrar-scope.ts';
import type { RegistrarScope } from '../../../server/roles/role.ts';
import { idOf, newEntry } from '../../support/server-entries.ts';

const scope: RegistrarScope = {
  paths: ['/web', '/pay/'],
  parents: [idOf('/node'), idOf('/k8s')],
  dnsSuffixes: ['.web.example.org'],
};
const other: RegistrarScope = { paths: ['/other'], parents: [idOf('/o')], dnsSuffixes: [] };
const within = { spiffeId: idOf('/web/a'), parentId: idOf('/node') };

t.test('within a scope', (t) => {
  for (const changes of [
    {},
    { spiffeId: idOf('/web') },
    { spiffeId: idOf('/pay/a/b') },
    { parentId: idOf('/k8s') },
    { dnsNames: ['a.web.example.org', 'A.B.WEB.example.org'] },
  ]) {
    t.equal(scopeProblem(newEntry({ ...within, ...changes }), [scope]), undefined);
    t.equal(scopeProblem(newEntry({ ...within, ...changes }), [other, scope]), undefined);
  }
  t.end();
});

t.test('outside of it', (t) => {
  const foreign = SpiffeId.parse('spiffe://foreign.org/node');
  for (const [changes, problem] of [
    [{ spiffeId: idOf('/website') }, /covers the paths \/web, \/pay\/, and not .*\/website/],
    [{ spiffeId: idOf('/pay') }, /covers the paths/],
    [{ spiffeId: idOf('/WEB/a') }, /covers the paths/],
    [{ spiffeId: idOf('/other/web') }, /covers the paths/],
    [{ parentId: idOf('/node/a') }, /covers the parents .*\/node, .*, and not .*\/node\/a/],
    [{ parentId: foreign }, /covers the parents/],
    [{ dnsNames: ['a.web.example.org', 'db.example.org'] }, /and not db\.example\.org/],
    [{ dnsNames: ['web.example.org'] }, /covers \.web\.example\.org/],
    [{ dnsNames: ['evilweb.example.org'] }, /covers \.web\.example\.org/],
    [{ admin: true }, /makes nobody an admin/],
    [{ downstream: true }, /makes nobody a downstream server/],
  ] as const) {
    const entry = newEntry({ ...within, ...changes });
    t.match(scopeProblem(entry, [scope]), problem, JSON.stringify(changes));
    t.type(scopeProblem(entry, [other, scope]), 'string', 'nor within two');
  }
  t.match(
    scopeProblem(newEntry({ spiffeId: idOf('/web/a'), parentId: idOf('/o') }), [scope, other]),
    /covers the parents/,
    'a path of one and a parent of another are no scope',
  );
  t.match(
    scopeProblem(newEntry({ ...within, dnsNames: ['a.example.org'] }), [
      { ...scope, dnsSuffixes: [] },
    ]),
    /covers no DNS names/,
  );
  t.match(scopeProblem(newEntry(within), []), /covers nothing/);
  t.end();
});
