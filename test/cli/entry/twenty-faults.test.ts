import { status } from '@grpc/grpc-js';
import { join } from 'node:path';
import t from 'tap';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { parseAddress } from '../../../runtime/address.ts';
import { startNode } from '../../support/child.ts';
import { runCli } from '../../support/run-cli.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { startTestAgent } from '../../support/test-agent.ts';
import { call, newAgent, newToken, startTestServer } from '../../support/test-server.ts';

// B10: registrations that are broken in one of twenty ways, each of an ID of its own. What `why-not` says of the process on
// this host has to name just that.

const UID = process.getuid!();
const GID = process.getgid!();
const NEVER = UID + 4242;
const idOf = (path: string): string => `spiffe://example.org${path}`;
const messageOf = (path: string) => ({ trust_domain: 'example.org', path });
const selectorOf = (text: string) => {
  const at = text.indexOf(':');
  return { type: text.slice(0, at), value: text.slice(at + 1) };
};
const good = `unix:uid:${UID}`;

const server = await startTestServer(t);
const bundles = server.local('bundle');
const { x509_authorities: roots } = await call(bundles, bundles.GetBundle, {});
const pem = roots.map(({ asn1 }) => encodePem('CERTIFICATE', asn1)).join('');
const agentSocket = join(temporaryDirectory(t), 'admin', 'api.sock');
await startTestAgent(t, {
  server: { address: parseAddress(server.address)!, ca: { pem: () => pem } },
  settings: {
    join_token: await newToken(server, { alias: '/node' }),
    admin_socket_path: agentSocket,
    sync_interval: '1s',
  },
});
const other = (await newAgent(server)).path;
const banned = (await newAgent(server)).path;
const agents = server.local('agent');
await call(agents, agents.BanAgent, { id: messageOf(banned) });
const typo = `${other.slice(0, -1)}_`;

interface Planted {
  readonly parent?: string;
  readonly selectors?: readonly string[];
  readonly more?: object;
}

const planted: Readonly<Record<string, Planted>> = {
  '/web/front': {},
  '/expired': { more: { expires_at: '1' } },
  '/old-alias': { parent: '/node', more: { expires_at: '1' } },
  '/under-expired': { parent: '/old-alias' },
  '/stored': { more: { store_svid: true } },
  '/rack': { parent: '/spire/server', selectors: ['x:rack:7'] },
  '/on-rack': { parent: '/rack' },
  '/parent-typo': { parent: '/nodee' },
  '/deep-typo': { parent: '/parent-typo' },
  '/agent-typo': { parent: typo },
  '/banned': { parent: banned },
  '/others': { parent: other },
  '/circle/a': { parent: '/circle/b' },
  '/circle/b': { parent: '/circle/a' },
  '/uid': { selectors: [`unix:uid:${NEVER}`] },
  '/gid': { selectors: [good, `unix:gid:${GID + 1}`] },
  '/type': { selectors: [`unx:uid:${UID}`] },
  '/key': { selectors: [`unix:uuid:${UID}`] },
  '/path': { selectors: [good, `unix:path:${process.execPath}x`] },
  '/sha256': { selectors: [good, `unix:sha256:${'0'.repeat(64)}`] },
  '/hint/first': { more: { hint: 'shared' } },
  '/hint/second': { more: { hint: 'shared' } },
};
const ids = new Map<string, string>();
const registered = server.local('serverEntry');
for (const [path, { parent = '/node', selectors = [good], more }] of Object.entries(planted)) {
  const entry = {
    // In this order also for entries that were created in the same second.
    id: `e${String(ids.size).padStart(2, '0')}`,
    ...{ spiffe_id: messageOf(path), parent_id: messageOf(parent) },
    ...{ selectors: selectors.map(selectorOf), ...more },
  };
  const attributes = path === '/web/front' ? { owner: 'web team' } : {};
  const create = [{ entry, attributes }];
  const { created } = await call(registered, registered.ApplyEntries, { create });
  if (created[0]?.status?.code !== status.OK) throw new Error(`${path} is not planted`);
  ids.set(path, entry.id);
}
const child = startNode(`console.log('on'); process.stdin.resume()`);
t.teardown(() => child.kill());
await child.line();

const ask = (verb: string, ...args: readonly string[]) =>
  runCli([
    ...['entry', verb, '--pid', String(child.pid), '--agent-socket', agentSocket],
    ...['--socket', server.socketPath, ...args],
  ]);
// All that is registered has reached the agent once the last of it has.
while (!(await ask('why', '--spiffe-id', idOf('/hint/first'))).stdout.includes('gives it'));

const lacks = (path: string, what: string) =>
  `Wrong: the process lacks of entry ${ids.get(path)!} for ${idOf(path)}: ${what}`;
const FAULTS: readonly (readonly [fault: string, asked: string, named: string])[] = [
  [
    'a typo in the ID',
    idOf('/web/frnot'),
    `no entry has the SPIFFE ID ${idOf('/web/frnot')}; nearest: ${idOf('/web/front')}`,
  ],
  ['its letter case', idOf('/Web/Front'), `; nearest: ${idOf('/web/front')}`],
  ['a segment too many', idOf('/web/front/x'), `; nearest: ${idOf('/web/front')}`],
  ['the trust domain', 'spiffe://example.com/web/front', 'is of another trust domain than'],
  [
    'an entry that has expired',
    idOf('/expired'),
    `entry ${ids.get('/expired')!} for ${idOf('/expired')} has expired`,
  ],
  [
    'one above it that has',
    idOf('/under-expired'),
    `entry ${ids.get('/old-alias')!} for ${idOf('/old-alias')} has expired`,
  ],
  [
    'one to be stored',
    idOf('/stored'),
    `entry ${ids.get('/stored')!} for ${idOf('/stored')} is to be stored`,
  ],
  ['a node alias', idOf('/rack'), `makes ${idOf('/rack')} a node alias`],
  [
    'an alias of no node',
    idOf('/on-rack'),
    `no agent has all selectors of the node alias ${idOf('/rack')}`,
  ],
  [
    'a parent with a typo',
    idOf('/parent-typo'),
    `the parent ${idOf('/nodee')} is neither an agent nor the SPIFFE ID of an entry; nearest: ${idOf('/node')}`,
  ],
  ['the parent of the parent', idOf('/deep-typo'), `the parent ${idOf('/nodee')} is neither`],
  [
    'an agent with a typo',
    idOf('/agent-typo'),
    `no agent ${idOf(typo)} has been attested; nearest: ${idOf(other)}`,
  ],
  ['a banned agent', idOf('/banned'), `the agent ${idOf(banned)} is banned`],
  ['another agent', idOf('/others'), `entry ${ids.get('/others')!} is not under the agent`],
  ['a circle of parents', idOf('/circle/a'), 'the parents form a circle'],
  ['another user', idOf('/uid'), lacks('/uid', `unix:uid:${NEVER} (it has unix:uid:${UID}).`)],
  [
    'one of two selectors',
    idOf('/gid'),
    lacks('/gid', `unix:gid:${GID + 1} (it has unix:gid:${GID}).`),
  ],
  ['a typo in the type', idOf('/type'), lacks('/type', `unx:uid:${UID} (it has unix:uid:${UID}).`)],
  ['a typo in the key', idOf('/key'), lacks('/key', `unix:uuid:${UID} (it has unix:uid:${UID}).`)],
  [
    'another program',
    idOf('/path'),
    lacks('/path', `unix:path:${process.execPath}x (it has unix:path:${process.execPath}).`),
  ],
  [
    'another version of it',
    idOf('/sha256'),
    lacks('/sha256', `unix:sha256:${'0'.repeat(64)} (it has unix:sha256:`),
  ],
  [
    'the hint of an older entry',
    idOf('/hint/second'),
    `has the hint of entry ${ids.get('/hint/first')!}, which is older`,
  ],
];

t.test('B10 each planted fault is named, and no other', async (t) => {
  let named = 0;
  for (const [fault, id, says] of FAULTS) {
    const { exitCode, stdout, stderr } = await ask('why-not', '--spiffe-id', id);
    const wrong = stdout.split('\n').filter((line) => line.startsWith('Wrong: '));
    const others = wrong.filter((line) => !/^Wrong: the agent \S+ has no entry for /.test(line));
    t.equal(others.length, 1, `${fault}: ${stdout}`);
    t.ok(others[0]?.includes(says), `${fault}: ${stdout}`);
    t.match(stdout, / {2}Next: /, `${fault}: what to do`);
    t.match({ exitCode, stderr }, { exitCode: 1, stderr: `not given: ${id}, to process` });
    if (others[0]?.includes(says) === true) named++;
  }
  t.ok(named >= 20, `${named} of ${FAULTS.length}`);
});

t.test('what it is given, and what nearly', async (t) => {
  const { exitCode, stdout } = await ask('why');
  t.equal(exitCode, 0);
  t.match(stdout, `Process ${child.pid} has `);
  t.match(stdout, `unix:uid:${UID}`);
  t.match(
    stdout,
    `Entry ${ids.get('/web/front')!} (owner: web team) gives it ${idOf('/web/front')}.`,
  );
  t.notMatch(stdout, 'Wrong: ');
  const nearly = await ask('why-not');
  t.match(nearly.stdout, lacks('/gid', ''));
  t.match(await ask('why', '--spiffe-id', idOf('/web/front')), { exitCode: 0 });
  const json = await ask('why-not', '--spiffe-id', idOf('/gid'), '--output', 'json');
  t.match(JSON.parse(json.stdout), {
    given: false,
    agent_id: { trust_domain: 'example.org', path: /^\/spire\/agent\/join_token\// },
    entries: [{ given: false, missing: [{ selector: { type: 'unix', value: `gid:${GID + 1}` } }] }],
  });
});

t.test('without a server to ask, the agent says what it knows', async (t) => {
  const args = ['--pid', String(child.pid), '--agent-socket', agentSocket, '--socket', '/none'];
  const { exitCode, stdout } = await runCli([
    ...['entry', 'why-not', '--spiffe-id', idOf('/none'), ...args],
  ]);
  t.equal(exitCode, 1);
  t.match(
    stdout,
    /the agent \S+ has no entry for \S+\/none\.\n {2}Next: ask the server, on its host/,
  );
});

t.test('bad input', async (t) => {
  for (const [args, exitCode, stderr] of [
    [['--pid', '0'], 2, /process ID/],
    [['--pid', 'self'], 2, /process ID/],
    [['--pid', '4194305'], 1, /NOT_FOUND: no process 4194305/],
    [[], 2, /--spiffe-id, or which process with --pid/],
  ] as const) {
    const result = await runCli(['entry', 'why', ...args, '--agent-socket', agentSocket]);
    t.match(result, { exitCode, stderr }, args.join(' '));
  }
  const none = await runCli(['entry', 'why', '--pid', '1', '--agent-socket', '/none/api.sock']);
  t.match(none, { exitCode: 1, stderr: /socket does not exist/ });
});
