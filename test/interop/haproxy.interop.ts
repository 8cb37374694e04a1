import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { createClient } from '@vouchsafe/proto/services';
import t from 'tap';
import type { Test } from 'tap';
import { SpiffeChannelCredentials } from '../../runtime/tls/spiffe-channel.ts';
import { temporaryDirectory } from '../support/socket-path.ts';
import { call, startTestServer } from '../support/test-server.ts';

// The client is at an address of its own of this host, so that it is not the balancer's.
const CLIENT = '127.0.0.9';
const BALANCER = '127.0.0.1';

const missing = (command: string): string | false =>
  spawnSync(command, ['-v']).error !== undefined && `needs ${command}`;

/** A port of this host that nobody has. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, BALANCER);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** HAProxy in front of a port; resolves with its own once it answers. */
async function startBalancer(t: Test, target: number, option: string): Promise<number> {
  const port = await freePort();
  const file = join(temporaryDirectory(t), 'haproxy.cfg');
  writeFileSync(
    file,
    `defaults
  mode tcp
  timeout connect 5s
  timeout client 30s
  timeout server 30s
listen server
  bind ${BALANCER}:${port}
  server one ${BALANCER}:${target} ${option}
`,
  );
  const child = spawn('haproxy', ['-db', '-f', file], { stdio: 'ignore' });
  t.teardown(() => child.kill('SIGKILL'));
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`haproxy ended with ${child.exitCode}`);
  }
  return port;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, BALANCER);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** What makes every connection come from the client's address. */
async function fromClient(t: Test, port: number): Promise<string> {
  const relay = createServer((near) => {
    const far = connect({ port, host: BALANCER, localAddress: CLIENT });
    for (const each of [near, far]) each.on('error', () => undefined);
    near.pipe(far).pipe(near);
  }).listen(0, BALANCER);
  await once(relay, 'listening');
  t.teardown(() => relay.close());
  return `${BALANCER}:${(relay.address() as AddressInfo).port}`;
}

for (const [option, address] of [
  ['send-proxy', CLIENT],
  ['send-proxy-v2', CLIENT],
  ['send-proxy-v2 check check-send-proxy inter 100ms', CLIENT],
  ['', BALANCER],
] as const) {
  t.test(`HAProxy with ${option || 'nothing'}`, { skip: missing('haproxy') }, async (t) => {
    const settings = { proxy_protocol_trusted_cidrs: [`${BALANCER}/32`] };
    const server = await startTestServer(t, { settings });
    const target = Number(server.address.split(':').at(-1));
    const where = await fromClient(t, await startBalancer(t, target, option));
    const shown = { present: () => undefined, verify: () => undefined };
    const override = { 'grpc.ssl_target_name_override': 'server' };
    const client = createClient('agent', where, new SpiffeChannelCredentials(shown), override);
    t.teardown(() => client.close());
    await t.rejects(call(client, client.RenewAgent, {}), { code: status.PERMISSION_DENIED });
    const refused = server.log.filter(({ msg }) => msg === 'Call refused');
    t.match(refused, [{ caller_address: new RegExp(`^${address}:\\d+$`) }]);
  });
}

t.test('curl, with a header and without', { skip: missing('curl') }, async (t) => {
  const handshake = async (trusted: string, ...flags: readonly string[]) => {
    const settings = { proxy_protocol_trusted_cidrs: [trusted] };
    const server = await startTestServer(t, { settings });
    const args = ['--silent', '--insecure', '--http2', '--verbose', ...flags];
    const child = spawn('curl', [...args, `https://${server.address}/`]);
    let said = '';
    child.stderr.on('data', (bytes) => (said += String(bytes)));
    await once(child, 'close');
    return /SSL connection using TLS/.test(said);
  };
  t.equal(await handshake('127.0.0.0/8'), true);
  t.equal(await handshake('127.0.0.0/8', '--haproxy-protocol'), true);
  t.equal(await handshake('10.0.0.0/8'), true);
  t.equal(await handshake('10.0.0.0/8', '--haproxy-protocol'), false, 'it is not believed');
});
