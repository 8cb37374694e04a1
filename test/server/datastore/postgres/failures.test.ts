import t from 'tap';
import { datastoreError, natureOf } from '../../../../server/datastore/postgres/failures.ts';
import { DatastoreError } from '../../../../server/datastore/errors.ts';

const failure = (message: string, code?: string): Error =>
  Object.assign(new Error(message), code === undefined ? {} : { code });

const rows: readonly (readonly [Error, ReturnType<typeof natureOf>, string])[] = [
  [failure('could not serialize access', '40001'), 'given_up', 'DATASTORE_UNAVAILABLE'],
  [failure('deadlock detected', '40P01'), 'given_up', 'DATASTORE_UNAVAILABLE'],
  [failure('canceling statement due to lock timeout', '55P03'), 'lost', 'DATASTORE_LOCKED'],
  [failure('terminating connection', '57P01'), 'given_up', 'DATASTORE_UNAVAILABLE'],
  [
    failure('canceling statement due to statement timeout', '57014'),
    'lost',
    'DATASTORE_UNAVAILABLE',
  ],
  [
    failure('cannot execute UPDATE in a read-only transaction', '25006'),
    'lost',
    'DATASTORE_UNAVAILABLE',
  ],
  [failure('too many clients', '53300'), 'lost', 'DATASTORE_UNAVAILABLE'],
  [failure('could not extend file', '53100'), 'lost', 'DATASTORE_FULL'],
  [failure('password authentication failed', '28P01'), 'lost', 'DATASTORE_UNAVAILABLE'],
  [failure('invalid page', 'XX001'), 'refused', 'DATASTORE_CORRUPT'],
  [failure('duplicate key value', '23505'), 'refused', 'DATASTORE_UNAVAILABLE'],
  [failure('connect', 'ECONNREFUSED'), 'lost', 'DATASTORE_UNAVAILABLE'],
  [failure('bad certificate', 'ERR_TLS_CERT_ALTNAME_INVALID'), 'lost', 'DATASTORE_UNAVAILABLE'],
  [failure('Connection terminated unexpectedly'), 'lost', 'DATASTORE_UNAVAILABLE'],
  [failure('no answer for 15 s'), 'lost', 'DATASTORE_UNAVAILABLE'],
  [
    failure('a change that is not to be', 'PKI_JWT_AUTHORITY_AMBIGUOUS'),
    'refused',
    'DATASTORE_UNAVAILABLE',
  ],
  [new DatastoreError('DATASTORE_CORRUPT', 'x'), 'refused', 'DATASTORE_CORRUPT'],
];

for (const [error, nature, code] of rows) {
  t.test(`${error.message} is ${nature}, ${code}`, (t) => {
    t.equal(natureOf(error), nature);
    t.equal(datastoreError(error, 'postgres://db/x').code, code);
    t.end();
  });
}
