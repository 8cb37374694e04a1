import { PassThrough } from 'node:stream';
import { once } from 'node:events';
import t from 'tap';
import { Peers } from '../../../runtime/rpc/peers.ts';

/** The address that gRPC shows of a connection. */
const keyOf = (socket: PassThrough): string =>
  (socket as unknown as { remoteAddress: string }).remoteAddress;

t.test('each connection is somebody, until it closes', async (t) => {
  const peers = new Peers<string>();
  const [first, second] = [new PassThrough(), new PassThrough()];
  peers.register(first, 'one');
  peers.register(second, 'two');
  t.equal(peers.find(keyOf(first)), 'one');
  t.equal(peers.find(keyOf(second)), 'two');
  t.strictSame([...peers.values()], ['one', 'two']);
  first.destroy();
  await once(first, 'close');
  t.equal(peers.find(keyOf(first)), undefined);
  t.equal(peers.size, 1);

  const third = new PassThrough();
  peers.register(third, 'three');
  t.not(keyOf(third), keyOf(first), 'a name is never given again');
  t.equal(peers.find(keyOf(first)), undefined);
});

t.test('nobody else is anybody', (t) => {
  const peers = new Peers<string>();
  for (const key of ['', 'peer-1', 'unknown', '__proto__', 'constructor']) {
    t.equal(peers.find(key), undefined);
  }
  t.end();
});

t.test('the connection has no port: gRPC would put it behind the name', (t) => {
  const socket = new PassThrough();
  new Peers<null>().register(socket, null);
  t.ok('remotePort' in socket && socket.remotePort === undefined);
  t.end();
});

t.test('a connection has an age, until it closes', async (t) => {
  const peers = new Peers<null>();
  const socket = new PassThrough();
  peers.register(socket, null);
  const first = peers.ageMs(keyOf(socket));
  t.ok(first >= 0 && first < 60_000);
  t.ok(peers.ageMs(keyOf(socket)) >= first);
  socket.destroy();
  await once(socket, 'close');
  t.equal(peers.ageMs(keyOf(socket)), Infinity);
});
