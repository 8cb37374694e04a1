import t from 'tap';
import { status } from '@grpc/grpc-js';
import { WorkloadGate } from '../../../agent/endpoints/workload-gate.ts';
import { invalidArgument } from '../../../runtime/rpc/status.ts';
import { captureLog } from '../../support/capture-log.ts';
import { selectorsOf } from '../../support/entries.ts';
import { peerOf } from '../../support/peers.ts';
import { HEADER, metadataOf } from '../../support/workload-endpoint.ts';

const { signal } = new AbortController();
const UNAVAILABLE = { code: status.UNAVAILABLE };

function setUp(
  find = (key: string) => (key === 'gone' ? undefined : peerOf({ uid: Number(key) })),
) {
  const captured = captureLog();
  const gate = new WorkloadGate({
    tracker: { find },
    attestation: { attest: () => Promise.resolve(selectorsOf('unix:uid:1')) },
    log: captured.log,
  });
  const call = (peer: string, method = '/SpiffeWorkloadAPI/FetchX509SVID', headers = HEADER) => ({
    method,
    peer,
    metadata: metadataOf(headers),
    signal,
  });
  return { gate, call, ...captured };
}

t.test('lets in who is known and alive, with the header where it must be', async (t) => {
  const { gate, call } = setUp();
  const entered = gate.enter(call('1'));
  t.equal(entered.caller.uid, 1);
  t.strictSame([...(await entered.attest()).texts], ['unix:uid:1']);
  t.equal(gate.enter(call('1', '/grpc.health.v1.Health/Check', {})).caller.uid, 1);
  t.throws(() => gate.enter(call('1', undefined, {})), { code: status.INVALID_ARGUMENT });
});

t.test('WEP-10: T-06: a process that has gone is nobody', (t) => {
  const { gate, call } = setUp();
  t.throws(() => gate.enter(call('gone')), UNAVAILABLE);
  const dead = setUp(() => peerOf({ isAlive: () => false }));
  t.throws(() => dead.gate.enter(dead.call('1')), UNAVAILABLE);
  t.end();
});

t.test('STR-14: T-25: one user cannot have all the calls', (t) => {
  const { gate, call } = setUp();
  const outcome = { request: {}, error: undefined, elapsedMs: 1 };
  const calls = Array.from({ length: 16_384 }, () => gate.enter(call('1')));
  t.throws(() => gate.enter(call('1')), UNAVAILABLE);
  for (let i = 0; i < 16_384; i++) gate.enter(call('2'));
  t.throws(() => gate.enter(call('3')), UNAVAILABLE, 'nor can all users have more than all');
  gate.leave(calls[0]!, { ...outcome, entered: calls[0]! });
  t.doesNotThrow(() => gate.enter(call('3')), 'one that ends makes room');
  gate.leave(call('3'), { ...outcome, entered: undefined, error: new Error('refused') });
  t.throws(() => gate.enter(call('3')), UNAVAILABLE, 'one refused does not');
  t.end();
});

t.test('logs refusals as everyday life, and our own faults as what they are', (t) => {
  const { gate, call, records } = setUp();
  for (const error of [undefined, invalidArgument('no'), new TypeError('bug')]) {
    const entered = gate.enter(call('1'));
    gate.leave(entered, { entered, request: {}, error, elapsedMs: 1.6 });
  }
  gate.leave(call('1'), {
    entered: undefined,
    request: {},
    error: invalidArgument('no'),
    elapsedMs: 0,
  });
  t.match(records, [
    { level: 'debug', uid: 1, elapsed_ms: 2 },
    { level: 'debug', error: { code: status.INVALID_ARGUMENT } },
    { level: 'error', error: { message: 'bug' } },
    { level: 'debug' },
  ]);
  t.end();
});
