import t from 'tap';
import { nearest } from '../../runtime/nearest.ts';

const known = ['trust_domain', 'data_dir', 'socket_path', 'log_level', 'bind'];

const rows: readonly (readonly [name: string, meant: string | undefined])[] = [
  ['trust_domian', 'trust_domain'],
  ['trustdomain', 'trust_domain'],
  ['TRUST_DOMAIN', 'trust_domain'],
  ['trust_domains', 'trust_domain'],
  ['datadir', 'data_dir'],
  ['socket', undefined],
  ['sockt_path', 'socket_path'],
  ['binf', 'bind'],
  ['bnid', undefined],
  ['', undefined],
  ['plugins', undefined],
];

t.test('finds the name that was meant, and none when nothing is near', (t) => {
  for (const [name, meant] of rows) t.equal(nearest(name, known), meant, name);
  t.end();
});

t.test('of two near names takes the nearer one', (t) => {
  t.equal(nearest('socket_pathh', ['socket_patches', 'socket_path']), 'socket_path');
  t.end();
});

t.test('a monstrous name costs no more than a long one', (t) => {
  t.equal(nearest('x'.repeat(10_000_000), ['trust_domain']), undefined);
  t.end();
});
