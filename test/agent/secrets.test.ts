// A whole installation at its most talkative, and what neither its logs nor its files may tell another user of the node.
import { spawnSync } from 'node:child_process';
import { chmodSync, lstatSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import t from 'tap';
import type { Test } from 'tap';
import { parseAddress } from '../../runtime/address.ts';
import { temporaryDirectory } from '../support/socket-path.ts';
import { startTestAgent } from '../support/test-agent.ts';
import { call, newToken, startTestServer } from '../support/test-server.ts';

const isRoot = process.geteuid!() === 0;
const AS_NOBODY = ['--reuid=65534', '--regid=65534', '--clear-groups'];
/** Where the scalar of such a key is, in bytes; a piece of it will do. */
const SCALAR = [36, 60] as const;

async function startInstallation(t: Test) {
  const umask = process.umask(0);
  t.teardown(() => process.umask(umask));
  const directory = temporaryDirectory(t);
  chmodSync(directory, 0o755);
  const server = await startTestServer(t, { directory });
  const [entry, agents] = [server.local('entry'), server.local('agent')];
  await call(entry, entry.BatchCreateEntry, {
    entries: [
      {
        spiffe_id: { trust_domain: 'example.org', path: '/web' },
        parent_id: { trust_domain: 'example.org', path: '/node' },
        selectors: [{ type: 'unix', value: `uid:${process.getuid!()}` }],
      },
    ],
  });
  const unused = await newToken(server);
  const token = await newToken(server, { alias: '/node' });
  const joined = await startTestAgent(t, {
    directory,
    server: { address: parseAddress(server.address)!, ca: { pem: () => '' } },
    settings: { join_token: token, insecure_bootstrap: true, sync_interval: 1 },
  });
  return { directory, server, agents, unused, token, joined };
}

/** The private keys in a file of ours: P-256 in PKCS#8, in base64. */
const keysIn = (path: string): string[] =>
  readFileSync(path, 'utf8').match(/MIG[A-Za-z0-9+/]{150,}=*/g) ?? [];

t.test('T-27: T-26: the logs tell no secret, at their most talkative', async (t) => {
  const { directory, server, agents, unused, token, joined } = await startInstallation(t);
  const client = joined.client();
  const { svids } = await client.stream('FetchX509SVID').next();
  const jwt = (await client.unary('FetchJWTSVID', { audience: ['x'] })).svids[0]!.svid;
  const [header, payload, signature] = jwt.split('.') as [string, string, string];
  const forged = `${header}.${payload}.${signature.slice(0, -6)}AAAAAA`;
  const hostile = 'x\n{"level":"info","msg":"forged"}\u001b[2J\u2028';
  await client.unary('ValidateJWTSVID', { audience: 'x', svid: jwt });
  for (const svid of [forged, `${jwt}.more`, hostile]) {
    const error = await client.status('ValidateJWTSVID', { audience: 'x', svid });
    t.equal(error.code, status.INVALID_ARGUMENT);
  }
  await client.status('FetchJWTSVID', { audience: [hostile] });
  const settings = { join_token: hostile, insecure_bootstrap: true };
  const address = parseAddress(server.address)!;
  const stranger = startTestAgent(t, { server: { address, ca: { pem: () => '' } }, settings });
  await t.rejects(stranger, { code: 'AGENT_ATTESTATION_DENIED' });
  await call(agents, agents.ListAgents, {});
  await joined.agent.close();
  await server.close();

  const serverKeys = keysIn(join(directory, 'data', 'keys.json'));
  const agentKeys = keysIn(join(directory, 'agent', 'agent-state.json'));
  t.ok(serverKeys.length >= 2 && agentKeys.length === 1, 'the keys are known to this test');
  const keys = [...serverKeys, ...agentKeys, svids[0]!.x509_svid_key.toString('base64')];
  const texts = {
    server: server.log.map((record) => JSON.stringify(record)).join('\n'),
    agent: joined.captured.text(),
  };
  for (const [daemon, text] of Object.entries(texts)) {
    t.match(text, '"debug"', `the ${daemon} says much`);
    for (const key of keys) {
      const scalar = Buffer.from(key, 'base64').subarray(...SCALAR);
      for (const encoding of ['hex', 'base64', 'base64url'] as const) {
        t.notOk(text.includes(scalar.toString(encoding)), `${daemon}: a key in ${encoding}`);
      }
    }
    t.notOk(text.includes('PRIVATE KEY'), `${daemon}: a key in PEM`);
    for (const part of [payload, signature, forged.split('.')[2]!]) {
      t.notOk(text.includes(part), `${daemon}: a token`);
    }
    t.notOk(text.includes(unused), `${daemon}: a join token that is still good`);
    const rest = text.replaceAll(`/spire/agent/join_token/${token}`, '');
    t.notOk(rest.includes(token), `${daemon}: a join token, but for the SPIFFE ID it became`);
    t.notMatch(text.replaceAll('\n', ''), /[\p{Cc}\u2028]/u, `${daemon}: a control character`);
    t.notMatch(text, /^\{"level":"info","msg":"forged"/m, `${daemon}: a line of somebody else`);
  }
});

/** Every file below a directory, links not followed. */
function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name));
}

t.test('T-05: T-29: another user of the node reads none of it', async (t) => {
  const { directory, server, joined } = await startInstallation(t);
  const places = [join(directory, 'data'), join(directory, 'agent')];
  for (const place of places) {
    t.equal(lstatSync(place).mode & 0o7777, 0o700, place);
    const files = filesBelow(place);
    t.not(files.length, 0);
    for (const file of files) t.equal(lstatSync(file).mode & 0o7077, 0, `${file}, umask 0`);
  }
  await t.test('nor does he get in', { skip: !isRoot && 'needs root' }, async (t) => {
    const asNobody = (...command: readonly string[]) =>
      spawnSync('setpriv', [...AS_NOBODY, ...command], { encoding: 'utf8' });
    for (const place of places) {
      t.match(asNobody('ls', place), { status: 2, stderr: /Permission denied/ });
      for (const file of filesBelow(place)) {
        t.match(asNobody('cat', file), { status: 1, stderr: /Permission denied/ }, file);
      }
    }
    const dial = `
      require('node:net').connect(process.argv[1], () => console.log('connected') ?? process.exit())
        .on('error', ({ code }) => console.log(code));`;
    const connect = (path: string) => asNobody(process.execPath, '-e', dial, '--', path).stdout;
    t.equal(connect(server.socketPath), 'EACCES\n');
    t.equal(connect(joined.config.socket_path), 'connected\n', 'what is for everybody is');
  });
});
