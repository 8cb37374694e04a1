// Who is who on the socket of a real agent: other processes, other users, sockets that change hands.
import t from 'tap';
import { chmodSync } from 'node:fs';
import { startNode } from '../support/child.ts';
import { temporaryDirectory } from '../support/socket-path.ts';
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
