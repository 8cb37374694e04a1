import { once } from 'node:events';
import { connect as connectTcp, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { status } from '@grpc/grpc-js';
import { createClient } from '@vouchsafe/proto/services';
import t from 'tap';
import type { Test } from 'tap';
import { SpiffeChannelCredentials } from '../../../runtime/tls/spiffe-channel.ts';
import { call, startTestServer } from '../../support/test-server.ts';
import type { TestServer } from '../../support/test-server.ts';

const CLIENT = '192.0.2.7';
const HEADER = `PROXY TCP4 ${CLIENT} 198.51.100.1 8080 443\r\n`;

async function start(t: Test, ...proxy_protocol_trusted_cidrs: readonly string[]) {
  const settings = { proxy_protocol_trusted_cidrs };
  const server = await startTestServer(t, { settings });
  return { server, port: Number(server.address.split(':').at(-1)) };
}

/** What a proxy says before its client speaks, in pieces, and whether a handshake follows. */
async function handshake(port: number, pieces: readonly string[]): Promise<string | undefined> {
  const socket = connectTcp(port, '127.0.0.1');
  socket.on('error', () => undefined).setNoDelay(true);
  await once(socket, 'connect');
  for (const piece of pieces) {
    socket.write(Buffer.from(piece, 'latin1'));
    await new Promise(setImmediate);
  }
  const client = connect({ socket, rejectUnauthorized: false, ALPNProtocols: ['h2'] });
  return new Promise((resolve) => {
    const end = (result: string | undefined): void => {
      client.destroy();
      socket.destroy();
      resolve(result);
    };
    client.once('secureConnect', () => end(client.getProtocol() ?? ''));
    client.on('error', () => end(undefined)).once('close', () => end(undefined));
  });
}

const refusals = ({ log }: TestServer) =>
  log.filter(({ msg }) => msg === 'Connection refused' || msg === 'TLS handshake failed');

t.test('a trusted proxy says where its client is, or does not', async (t) => {
  const { port } = await start(t, '127.0.0.0/8');
  t.match(await handshake(port, [HEADER]), 'TLS');
  t.match(await handshake(port, HEADER.split('')), 'TLS', 'byte by byte');
  t.match(await handshake(port, []), 'TLS', 'as its probes do');
  const v2 = `\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x07\xc6\x33\x64\x01\x1f\x90\x01\xbb`;
  t.match(await handshake(port, [v2]), 'TLS');
});

t.test('a header that cannot be understood ends the connection', async (t) => {
  const { server, port } = await start(t, '127.0.0.0/8');
  for (const header of ['PROXY TCP4 nonsense\r\n', `PROXY ${'x'.repeat(200)}`]) {
    t.equal(await handshake(port, [header]), undefined);
  }
  t.match(refusals(server), [{ error: /malformed/ }, { error: /has no end/ }]);
  t.match(await handshake(port, [HEADER]), 'TLS', 'and nobody else’s');
});

t.test('nobody else is believed', async (t) => {
  const { server, port } = await start(t, '10.0.0.0/8', 'fd00::/8');
  t.equal(await handshake(port, [HEADER]), undefined);
  t.match(refusals(server), [{ msg: 'TLS handshake failed' }]);
  t.match(await handshake(port, []), 'TLS', 'but let in as himself');
});

t.test('without the setting no header is read', async (t) => {
  const { port } = await start(t);
  t.equal(await handshake(port, [HEADER]), undefined);
  t.match(await handshake(port, []), 'TLS');
});

t.test('what is logged and limited is the client, not the proxy (T-13)', async (t) => {
  const { server, port } = await start(t, '127.0.0.1/32');
  const relay = createServer((socket) => {
    const behind = connectTcp(port, '127.0.0.1', () => {
      behind.write(HEADER);
      socket.pipe(behind).pipe(socket);
    });
    for (const each of [socket, behind]) each.on('error', () => undefined);
  });
  await once(relay.listen(0, '127.0.0.1'), 'listening');
  t.teardown(() => relay.close());
  const address = `127.0.0.1:${(relay.address() as AddressInfo).port}`;
  const client = createClient(
    'agent',
    address,
    new SpiffeChannelCredentials({ present: () => undefined, verify: () => undefined }),
    { 'grpc.ssl_target_name_override': 'server' },
  );
  t.teardown(() => client.close());
  await t.rejects(call(client, client.RenewAgent, {}), { code: status.PERMISSION_DENIED });
  t.match(
    server.log.filter(({ msg }) => msg === 'Call refused'),
    [{ caller_address: `${CLIENT}:8080` }],
  );
});

t.test('a proxy that breaks a connection off breaks nothing else', async (t) => {
  const { port } = await start(t, '127.0.0.0/8');
  const prefixes = ['', HEADER.slice(0, 9), HEADER, `${HEADER}\x16\x03\x01`, 'GET / HTTP/1.1\r\n'];
  for (const prefix of prefixes) {
    for (let turns = 0; turns < 6; turns++) {
      const socket = connectTcp(port, '127.0.0.1').on('error', () => undefined);
      const closed = new Promise((resolve) => socket.once('close', resolve));
      await once(socket, 'connect');
      if (prefix !== '') socket.write(Buffer.from(prefix, 'latin1'));
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      socket.resetAndDestroy();
      await closed;
    }
  }
  t.match(await handshake(port, [HEADER]), 'TLS');
});
