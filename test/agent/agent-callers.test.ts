// Who is who on the socket of a real agent: other processes, other users, sockets that change hands.
import t from 'tap';
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync } from 'node:fs';
import { status } from '@grpc/grpc-js';
import { startNode } from '../support/child.ts';
import { temporaryDirectory } from '../support/socket-path.ts';
import { HEADER, metadataOf } from '../support/workload-endpoint.ts';
import { TOKEN, startAdmittingServer, startTestAgent } from '../support/test-agent.ts';

/** Speaks to the Workload API over a socket that was opened by its parent, and prints the status it gets. */
const HEIR = `
const http2 = require('node:http2');
const net = require('node:net');
process.stdin.once('data', () => {
  const session = http2.connect('http://localhost', {
    createConnection: () => new net.Socket({ fd: 3, readable: true, writable: true }),
  });
  session.on('error', () => { console.log('closed'); process.exit(); });
  const stream = session.request({
    ':method': 'POST', ':path': '/SpiffeWorkloadAPI/FetchX509SVID',
    'content-type': 'application/grpc', te: 'trailers', 'workload.spiffe.io': 'true',
  });
  stream.on('error', () => undefined);
  let seen = false;
  stream.on('data', () => { if (!seen) console.log('message'); seen = true; });
  stream.on('trailers', (trailers) => console.log('status ' + trailers['grpc-status']));
  stream.on('close', () => { console.log('closed'); process.exit(); });
  stream.end(Buffer.alloc(5));
});`;
/** Connects, and leaves the socket to a process of its own. */
const TESTATOR = `
const { spawn } = require('node:child_process');
const [path, heirScript] = process.argv.slice(1);
const socket = require('node:net').connect(path, () => {
  const heir = spawn(process.execPath, ['-e', heirScript], {
    detached: true, stdio: ['pipe', 'inherit', 'inherit', socket],
  });
  console.log(heir.pid);
  process.stdin.on('data', (line) => {
    if (String(line).startsWith('speak')) heir.stdin.write('speak\\n');
    else process.exit();
  });
});`;

t.test(
  'T-06: T-07: a socket passed on speaks for who connected, and for nobody once that has exited',
  async (t) => {
    const server = await startAdmittingServer(t);
    server.put({ id: 'a' });
    const { config } = await startTestAgent(t, { server, settings: TOKEN });
    const testator = startNode(TESTATOR, { args: [config.socket_path, HEIR] });
    const heir = Number(await testator.line());
    t.teardown(() => {
      try {
        process.kill(heir, 'SIGKILL');
      } catch {
        // gone already
      }
    });
    testator.send('speak');
    t.equal(await testator.line(), 'message', 'as long as the connector lives');
    testator.send('exit');
    t.equal(await testator.line(), 'closed', 'then the connection is closed');
  },
);

/** Asks for an X509-SVID on many connections, all of it written by the time that it exits without having read a byte. */
const HASTY = `
const net = require('node:net');
const [path, count] = process.argv.slice(1);
const setting = Buffer.from('000000040000000000', 'hex');
const text = (s) => Buffer.concat([Buffer.of(s.length), Buffer.from(s)]);
const header = (name, value) => Buffer.concat([Buffer.of(0), text(name), text(value)]);
const block = Buffer.concat([
  header(':method', 'POST'), header(':scheme', 'http'), header(':path', '/SpiffeWorkloadAPI/FetchX509SVID'),
  header(':authority', 'localhost'), header('content-type', 'application/grpc'), header('te', 'trailers'),
  header('workload.spiffe.io', 'true'),
]);
const frame = (type, flags, payload) => {
  const head = Buffer.from('000000000000000001', 'hex');
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  return Buffer.concat([head, payload]);
};
const request = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n'), setting, frame(1, 4, block), frame(0, 1, Buffer.alloc(5)),
]);
let left = Number(count);
for (let i = 0; i < Number(count); i++) {
  const socket = net.connect(path, () => socket.write(request, () => { if (--left === 0) process.exit(); }));
}`;

const MANY = 200;
const descriptors = (): number => readdirSync('/proc/self/fd').length;

t.test('T-06: WEP-10: callers that are gone get nothing, and leave nothing', async (t) => {
  const server = await startAdmittingServer(t);
  server.put({ id: 'a' });
  const { client, config, captured } = await startTestAgent(t, { server, settings: TOKEN });
  const living = client();
  await living.stream('FetchX509SVID').next();
  const before = descriptors();

  await t.test('before they are accepted', async (t) => {
    // While this waits, the kernel alone accepts: the agent sees all of it once the caller is no more.
    const hasty = spawnSync(process.execPath, [
      ...['-e', HASTY, '--', config.socket_path, String(MANY)],
    ]);
    t.equal(hasty.status, 0);
    const { svids } = await living.stream('FetchX509SVID').next();
    t.equal(svids.length, 1, 'others are served');
    while (descriptors() > before) await new Promise(setImmediate);
    t.ok(captured.records.some(({ msg }) => /^Refused a (connection|call)$/.test(msg)));
  });
  await t.test('while they are attested', async (t) => {
    for (let i = 0; i < 10; i++) {
      const child = startNode(HASTY, { args: [config.socket_path, '20'] });
      await child.ended();
    }
    t.equal((await living.stream('FetchX509SVID').next()).svids.length, 1, 'others are served');
    while (descriptors() > before) await new Promise(setImmediate);
  });
  const ours = captured.records.filter(
    ({ msg, pid }) => msg === 'Answered a call' && pid !== process.pid,
  );
  t.strictSame(ours, [], 'no call of theirs was answered');
  t.strictSame(
    captured.records.filter(({ level }) => level === 'error'),
    [],
  );
});

/** What a stock agent also has, somewhere, and what only a server has. */
const NOT_HERE = [
  '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo',
  '/grpc.channelz.v1.Channelz/GetServers',
  '/spire.api.agent.debug.v1.Debug/GetInfo',
  '/spire.api.agent.delegatedidentity.v1.DelegatedIdentity/FetchJWTSVIDs',
  '/spire.api.server.agent.v1.Agent/ListAgents',
  '/spire.api.server.entry.v1.Entry/ListEntries',
  '/spire.api.server.svid.v1.SVID/MintX509SVID',
];

t.test('T-02: T-05: the socket that is open to everybody serves nothing else', async (t) => {
  const server = await startAdmittingServer(t);
  const { client } = await startTestAgent(t, { server, settings: TOKEN });
  const { base } = client();
  const asBytes = (bytes: Buffer): Buffer => bytes;
  for (const method of NOT_HERE) {
    for (const headers of [{}, HEADER]) {
      const error = await new Promise<unknown>((resolve) => {
        const metadata = metadataOf(headers);
        base.makeUnaryRequest(method, asBytes, asBytes, Buffer.alloc(0), metadata, resolve);
      });
      t.match(error, { code: status.UNIMPLEMENTED }, method);
    }
  }
});

t.test('T-08: a second agent leaves the first its socket, and its own token unspent', async (t) => {
  const server = await startAdmittingServer(t);
  server.put({ id: 'a' });
  const { client, config } = await startTestAgent(t, { server, settings: TOKEN });
  server.tokens.set('another-token', undefined);
  const settings = { socket_path: config.socket_path, join_token: 'another-token' };
  await t.rejects(startTestAgent(t, { server, settings }), { code: 'SOCKET_IN_USE' });
  t.equal(server.count('AttestAgent'), 1);
  t.equal((await client().stream('FetchX509SVID').next()).svids.length, 1);
});

/** Prints the bytes of the first message, as text, in one line. */
const FETCH = `
const http2 = require('node:http2');
const net = require('node:net');
const session = http2.connect('http://localhost', { createConnection: () => net.connect(process.argv[1]) });
const stream = session.request({
  ':method': 'POST', ':path': '/SpiffeWorkloadAPI/FetchX509SVID',
  'content-type': 'application/grpc', te: 'trailers', 'workload.spiffe.io': 'true',
});
stream.on('data', (data) => { console.log(data.toString('latin1').replace(/[^ -~]+/g, ' ')); process.exit(); });
stream.on('trailers', (trailers) => { console.log('status ' + trailers['grpc-status']); process.exit(); });
stream.end(Buffer.alloc(5));`;

const skip = process.getuid!() === 0 ? false : 'needs root to be two users';
t.test(
  'WEP-01: T-01: of two users on one socket, each gets its own identity',
  { skip },
  async (t) => {
    const server = await startAdmittingServer(t);
    const nobody = 65534;
    server.put({ id: 'root' });
    server.put({ id: 'nobody', selectors: [{ type: 'unix', value: `uid:${nobody}` }] });
    const directory = temporaryDirectory(t);
    chmodSync(directory, 0o755);
    const { config } = await startTestAgent(t, { server, directory, settings: TOKEN });
    const ask = async (wrapper: readonly string[]): Promise<string> => {
      const child = startNode(FETCH, { args: [config.socket_path], wrapper });
      t.teardown(() => child.kill());
      return child.line();
    };
    t.match(await ask([]), 'spiffe://example.org/root');
    const asNobody = await ask([
      'setpriv',
      `--reuid=${nobody}`,
      `--regid=${nobody}`,
      '--clear-groups',
    ]);
    t.match(asNobody, 'spiffe://example.org/nobody');
    t.notMatch(asNobody, 'spiffe://example.org/root');
  },
);
