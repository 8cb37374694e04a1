import t from 'tap';
import { readConfig } from '../../../runtime/config-reader.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { SERVER_CONFIG } from '../../../server/config.ts';
import { readAssignments } from '../../../server/roles/assignments.ts';

const base = { trust_domain: 'example.org', data_dir: '/d', socket_path: '/s' };
const read = async (roles: unknown) =>
  (await readConfig(SERVER_CONFIG, { flags: { ...base, roles } })).roles;

t.test('names of this host become their numbers', async (t) => {
  const roles = await read([
    { role: 'auditor', users: ['root', 4242], groups: ['root'] },
    {
      ...{ role: 'registrar', spiffe_ids: ['spiffe://example.org/ci'], paths: ['/web', '/pay/'] },
      ...{ parents: ['spiffe://example.org/node'], dns_suffixes: ['.web.example.org'] },
    },
  ]);
  const [auditor, registrar] = await readAssignments(roles, { clock: systemClock });
  t.match(auditor, { grant: { role: 'auditor' }, uids: new Set([0, 4242]), gids: new Set([0]) });
  t.match(registrar, {
    spiffeIds: new Set(['spiffe://example.org/ci']),
    grant: {
      role: 'registrar',
      scope: { paths: ['/web', '/pay/'], dnsSuffixes: ['.web.example.org'] },
    },
  });
  t.strictSame(await readAssignments([], { clock: systemClock }), []);
});

t.test('a name that is not there is refused, and not taken for nobody', async (t) => {
  for (const [roles, message] of [
    [[{ role: 'auditor', users: ['no-such-user'] }], /\/etc\/passwd has no user no-such-user/],
    [[{ role: 'auditor', groups: ['no-such-group'] }], /\/etc\/group has no group no-such-group/],
  ] as const) {
    await t.rejects(readAssignments(await read(roles), { clock: systemClock }), {
      code: 'CONFIG_INVALID',
      message,
    });
  }
});

t.test('what a configuration cannot say', async (t) => {
  const parents = ['spiffe://example.org/node'];
  for (const [role, message] of [
    [{ role: 'king', users: ['root'] }, /role/],
    [{ role: 'auditor' }, /names nobody/],
    [{ role: 'auditor', users: ['root'], paths: ['/a'] }, /are for registrars/],
    [{ role: 'admin', users: ['root'], parents }, /are for registrars/],
    [{ role: 'operator', users: ['root'], dns_suffixes: ['.a.org'] }, /are for registrars/],
    [{ role: 'registrar', users: ['root'] }, /needs paths and parents/],
    [{ role: 'registrar', users: ['root'], paths: ['/a'] }, /needs paths and parents/],
    [{ role: 'registrar', users: ['root'], paths: ['/a'], parents: [] }, /needs paths and parents/],
    ...['/', '', 'a', '/a/../b', '//', '/a b'].map(
      (path) =>
        [
          { role: 'registrar', users: ['root'], paths: [path], parents },
          /must be a path of a SPIFFE ID/,
        ] as const,
    ),
    ...['', '.', 'example.org', '.Example.org', '.a..b'].map(
      (suffix) =>
        [
          {
            ...{ role: 'registrar', users: ['root'], paths: ['/a'], parents },
            dns_suffixes: [suffix],
          },
          /must be a suffix/,
        ] as const,
    ),
    [{ role: 'auditor', users: [-1] }, /users/],
    [{ role: 'auditor', spiffe_ids: ['/ci'] }, /spiffe_ids/],
  ] as const) {
    await t.rejects(read([role]), { code: 'CONFIG_INVALID', message }, JSON.stringify(role));
  }
});
