import { Metadata, status } from '@grpc/grpc-js';
import t from 'tap';
import {
  RpcError,
  alreadyExists,
  failedPrecondition,
  internal,
  invalidArgument,
  notFound,
  permissionDenied,
  resourceExhausted,
  toRpcError,
  unauthenticated,
  unavailable,
  unimplemented,
} from '../../../runtime/rpc/status.ts';

const SECRET = 'a secret of ours';

t.test('each builder has its code, and says what it was told', (t) => {
  const rows = [
    [invalidArgument, status.INVALID_ARGUMENT],
    [failedPrecondition, status.FAILED_PRECONDITION],
    [resourceExhausted, status.RESOURCE_EXHAUSTED],
    [unavailable, status.UNAVAILABLE],
    [unimplemented, status.UNIMPLEMENTED],
    [alreadyExists, status.ALREADY_EXISTS],
    [notFound, status.NOT_FOUND],
    [permissionDenied, status.PERMISSION_DENIED],
    [unauthenticated, status.UNAUTHENTICATED],
    [internal, status.INTERNAL],
  ] as const;
  for (const [build, code] of rows) {
    const error = build('what was wrong');
    t.match(error, { code, message: 'what was wrong', name: 'RpcError' }, status[code]);
  }
  t.end();
});

t.test('an inner failure is told to the caller where that is meant', (t) => {
  const inner = new Error('no such byte');
  t.match(invalidArgument('bad CSR', inner), { message: 'bad CSR: no such byte', cause: inner });
  t.end();
});

t.test('our own failure is for the log alone', (t) => {
  const inner = new Error(SECRET);
  const error = internal('cannot sign', inner);
  t.equal(error.message, 'cannot sign');
  t.equal(error.cause, inner);
  t.end();
});

t.test('a denial carries its trailers', (t) => {
  const metadata = new Metadata();
  t.equal(permissionDenied('no', metadata).metadata, metadata);
  t.equal(permissionDenied('no').metadata, undefined);
  t.end();
});

t.test('T-32: whatever is thrown becomes a status, without a word of what was not meant', (t) => {
  const meant = notFound('nothing here');
  t.equal(toRpcError(meant), meant);
  const others = [new Error(SECRET), SECRET, undefined, null, 7, { message: SECRET, code: 5 }];
  for (const thrown of others) {
    const error = toRpcError(thrown);
    t.ok(error instanceof RpcError);
    t.match(error, { code: status.INTERNAL, message: 'internal error', cause: thrown });
  }
  t.end();
});
