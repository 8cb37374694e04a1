import t from 'tap';
import {
  formatLocation,
  parsePostgresUrl,
} from '../../../../server/datastore/postgres/location.ts';

const good: Readonly<Record<string, object>> = {
  'postgres://me@db.example.org/vouchsafe': {
    ...{ host: 'db.example.org', port: 5432, user: 'me', database: 'vouchsafe' },
    sslMode: 'verify-full',
  },
  'postgresql://me@db.example.org:6432/vouchsafe?sslmode=disable': {
    port: 6432,
    sslMode: 'disable',
  },
  'postgres://me@localhost/db': { host: 'localhost', sslMode: 'disable' },
  'postgres://me@127.0.0.1/db?sslmode=verify-full': { host: '127.0.0.1', sslMode: 'verify-full' },
  'postgres://me@[::1]:5433/db': { host: '::1', port: 5433, sslMode: 'disable' },
  'postgres://me@[2001:db8::1]/db': { host: '2001:db8::1', sslMode: 'verify-full' },
  'postgres:///db?host=/run/postgresql&user=me': {
    user: 'me',
    host: '/run/postgresql',
    sslMode: 'disable',
  },
  'postgres://a%40b@db/x%20y': { user: 'a@b', database: 'x y' },
};

for (const [url, location] of Object.entries(good)) {
  t.test(url, (t) => {
    t.match(parsePostgresUrl(url), location);
    t.end();
  });
}

const bad: Readonly<Record<string, RegExp>> = {
  '': /must be postgres:/,
  'db.example.org': /must be postgres:/,
  'mysql://me@db/x': /must be postgres:/,
  'postgres://me:secret@db/x': /no password.*database.password_file/,
  'postgres://db/x': /name the user/,
  'postgres://me@db': /name the database/,
  'postgres://me@db/': /name the database/,
  'postgres://me@db/a/b': /name the database/,
  'postgres://me@/x': /must be postgres:/,
  'postgres:///x?user=me': /name the host/,
  'postgres://me@db/x#y': /no fragment/,
  'postgres://me@db/x?sslmode=require': /sslmode disable or verify-full, not require/,
  'postgres://me@db/x?sslmode=': /sslmode disable or verify-full/,
  'postgres:///x?host=/run&user=me&sslmode=verify-full': /Unix socket has no TLS/,
  'postgres://me@db/x?options=-c%20a%3Db': /no parameters but host, sslmode, user: options/,
  'postgres://me@db/%ff': /must be encoded/,
};

for (const [url, message] of Object.entries(bad)) {
  t.test(`refused: ${url}`, (t) => {
    t.throws(() => parsePostgresUrl(url), { message });
    t.end();
  });
}

t.test('a refused password is not in the refusal', (t) => {
  t.throws(() => parsePostgresUrl('postgres://me:secret@db/x'), { message: /^(?!.*secret)/ });
  t.end();
});

t.test('are shown without the user', (t) => {
  const shown = (url: string): string => formatLocation(parsePostgresUrl(url));
  t.equal(shown('postgres://me@db.example.org/x'), 'postgres://db.example.org:5432/x');
  t.equal(shown('postgres://me@[::1]/x'), 'postgres://[::1]:5432/x');
  t.equal(shown('postgres:///x?host=/run&user=me'), 'postgres:///x?host=/run');
  t.end();
});
