// What the daemons do in a second, and what a call costs them: a server and an agent of their own, and a Go client that
// asks as go-spiffe and SPIRE's agents do. Prints a Markdown table. Needs Go.
// Run: node --conditions=vouchsafe-source bench/daemons.ts [ROUNDS]; the best of three rounds is shown
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { cpus } from 'node:os';
import { Installation } from '../test/support/installation.ts';
import { CleanUps } from './clean-ups.ts';
import { buildClient, printHead, printRow, runClient } from './load-client.ts';

const ROUNDS = Number(process.argv[2] ?? 3);

/** One line of the client's JSON. */
interface Figures {
  readonly per_s: number;
  readonly cpu_us_per: number;
  readonly p50_ms?: number;
  readonly p99_ms?: number;
  readonly bad?: number;
}

interface Row {
  readonly what: string;
  readonly of: 'server' | 'agent';
  readonly args: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    what: 'FetchX509SVID, a connection each, 20 at once',
    of: 'agent',
    args: ['fetch', '-n', '4000'],
  },
  {
    what: 'FetchX509SVID, a connection each, one at a time',
    of: 'agent',
    args: ['fetch', '-c', '1', '-n', '500'],
  },
  {
    what: 'FetchX509SVID, 8 connections open',
    of: 'agent',
    args: ['fetch', '-warm', '-c', '8', '-n', '10000'],
  },
  { what: 'FetchJWTSVID, the same token', of: 'agent', args: ['jwt', '-n', '12000'] },
  { what: 'FetchJWTSVID, a new token each', of: 'agent', args: ['jwt', '-fresh', '-n', '5000'] },
  { what: 'ValidateJWTSVID', of: 'agent', args: ['jwt', '-validate', '-n', '10000'] },
  { what: 'BatchNewX509SVID, 500 a call', of: 'server', args: ['issue', '-per', '500'] },
  {
    what: 'BatchNewX509SVID, one a call',
    of: 'server',
    args: ['issue', '-per', '50', '-batch', '1'],
  },
  { what: 'NewJWTSVID', of: 'server', args: ['issue', '-per', '50', '-kind', 'jwt'] },
  {
    what: 'BatchCreateEntry, one a call',
    of: 'server',
    args: ['entries', '-n', '2000', '-batch', '1'],
  },
];

await using cleanUps = new CleanUps();
const installation = new Installation(cleanUps);
await measure();

async function measure(): Promise<void> {
  const client = buildClient(installation.path('spiffeload'));
  const server = await installation.startServer();
  await installation.admitNode();
  await installation.createEntry({ path: '/w', uid: process.getuid!() });
  const agent = installation.startAgent();
  await installation.hasIdentity('/w');
  const pids = { server: server.pid, agent: agent.pid };
  printHead(['what', 'a second', 'p50 ms', 'p99 ms', 'CPU µs', 'failed']);
  for (const { what, of, args } of ROWS) {
    const where = of === 'agent' ? workloadApi() : serverApi(args[0]!);
    const command = [...args, ...where, '-pid', String(pids[of])];
    const rounds: Figures[] = [];
    for (let round = 0; round < ROUNDS; round++)
      rounds.push(await runClient<Figures>(client, command));
    const best = rounds.reduce((a, b) => (b.cpu_us_per < a.cpu_us_per ? b : a));
    printRow([
      what,
      best.per_s.toFixed(0),
      best.p50_ms?.toFixed(2) ?? '',
      best.p99_ms?.toFixed(2) ?? '',
      best.cpu_us_per.toFixed(0),
      String(best.bad ?? 0),
    ]);
  }
  const { signUs, verifyUs } = signatureCost();
  console.log(
    `\n${cpus().length} × ${cpus()[0]!.model}, Node.js ${process.version}; here a bare P-256 signature takes ${signUs} µs, its verification ${verifyUs} µs`,
  );
}

function workloadApi(): readonly string[] {
  return ['-wsock', installation.path('agent.sock')];
}

function serverApi(command: string): readonly string[] {
  const admin = ['-sock', installation.path('admin.sock')];
  return command === 'issue' ? [...admin, '-addr', installation.serverAddress] : admin;
}

/** The denominator of every figure above: it moves with the machine as they do. */
function signatureCost(): { readonly signUs: string; readonly verifyUs: string } {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const publicKey = createPublicKey(key);
  const data = Buffer.alloc(600);
  const signature = sign('sha256', data, key);
  return {
    signUs: microseconds(() => sign('sha256', data, key)),
    verifyUs: microseconds(() => verify('sha256', data, publicKey, signature)),
  };
}

function microseconds(work: () => unknown): string {
  const times = 5000;
  for (let i = 0; i < times; i++) work();
  const before = process.cpuUsage();
  for (let i = 0; i < times; i++) work();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / times).toFixed(0);
}
