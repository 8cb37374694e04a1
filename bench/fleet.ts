// A fleet on one server: what a thousand agents with twenty entries each cost it while they join, while nothing happens
// but renewals, and when it is killed and started again. The agents are simulated by the Go program in bench/fleet, which
// takes its part of the same processors. Prints Markdown tables.
// Run: node --conditions=vouchsafe-source bench/fleet.ts [AGENTS [ENTRIES [SECONDS]]]; 1000, 20 and 60 unless said
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import type { CliProcess } from '../test/support/cli-process.ts';
import { Installation } from '../test/support/installation.ts';
import { CleanUps } from './clean-ups.ts';
import { printHead, printRow } from './load-client.ts';
import { cpuMs, residentMb } from './process-figures.ts';

const [AGENTS = 1000, ENTRIES = 20, STEADY_S = 60] = process.argv.slice(2).map(Number);

/** What the simulated agents did in a phase. */
interface Report {
  readonly sent_bytes: number;
  readonly received_bytes: number;
  readonly connections: number;
  readonly signed: number;
  readonly failures: Readonly<Record<string, number>>;
}

interface Recovery {
  /** Unix milliseconds. */
  readonly median_at_ms: number;
  readonly last_at_ms: number;
}

await using cleanUps = new CleanUps();
const installation = new Installation(cleanUps);
await measure();

async function measure(): Promise<void> {
  const program = installation.path('fleet');
  const cwd = join(import.meta.dirname, 'fleet');
  execFileSync('go', ['build', '-o', program, '.'], { cwd, stdio: 'inherit' });
  const flags = ['--rate-limit-attestation', 'off', '--monitoring', '127.0.0.1:0'];
  const server = await installation.startServer(...flags);
  printHead([
    `${AGENTS} agents, ${ENTRIES} entries each`,
    's',
    'server CPU % of a core',
    'kB per agent and minute, to and from it',
    'connections',
    'SVIDs signed',
    'event-loop delay p99 ms',
    'resident MB',
    'failed',
  ]);

  const phase = phaseOf(server);
  const fleet = startFleet(program);
  const joined = await fleet.answer<Report & { readonly joined_ms: number }>();
  printPhase('all join', { ...(await phase()), seconds: joined.joined_ms / 1000, report: joined });

  await delay(5000); // what the joining left behind is collected
  await fleet.ask('measure');
  await phaseOf(server)(); // the event-loop delay counts from here
  const steady = phaseOf(server);
  await delay(STEADY_S * 1000);
  printPhase('steady', {
    ...(await steady()),
    seconds: STEADY_S,
    report: await fleet.ask<Report>('report'),
  });

  const killedAt = Date.now();
  server.signal('SIGKILL');
  await server.ended;
  await fleet.ask('measure');
  const recovering = fleet.ask<Recovery>('restarted');
  const again = await installation.startServer(...flags);
  const startedAt = Date.now();
  const back = phaseOf(again);
  const { median_at_ms, last_at_ms } = await recovering;
  const seconds = (last_at_ms - startedAt) / 1000;
  printPhase('recovery', { ...(await back()), seconds, report: await fleet.ask<Report>('report') });
  fleet.end();

  console.log('');
  printHead(['after kill -9', 'serves again s', 'half the agents are back s', 'all are back s']);
  const after = (moment: number): string => ((moment - killedAt) / 1000).toFixed(2);
  printRow(['', ...[startedAt, median_at_ms, last_at_ms].map(after)]);
}

interface Phase {
  readonly cpuMs: number;
  readonly residentMb: number;
  readonly loopDelayMs: number;
}

/** What it takes from here to the call of what is returned. */
function phaseOf({ pid, stderr }: CliProcess): () => Promise<Phase> {
  const [, monitoring] = /"address":"([^"]+)","msg":"Monitoring listens"/.exec(stderr())!;
  const before = cpuMs(pid);
  return async () => ({
    cpuMs: cpuMs(pid) - before,
    residentMb: residentMb(pid),
    loopDelayMs: await loopDelayMs(monitoring!),
  });
}

/** Since it was last asked. */
async function loopDelayMs(monitoring: string): Promise<number> {
  const metrics = await (await fetch(`http://${monitoring}/metrics`)).text();
  return 1000 * Number(/^nodejs_eventloop_lag_p99_seconds (\S+)$/m.exec(metrics)![1]);
}

function printPhase(
  name: string,
  { seconds, report, ...phase }: Phase & { readonly seconds: number; readonly report: Report },
): void {
  const perAgentMinute = (bytes: number): string =>
    ((bytes / 1000 / AGENTS) * (60 / seconds)).toFixed(1);
  printRow([
    name,
    seconds.toFixed(2),
    (phase.cpuMs / seconds / 10).toFixed(1),
    `${perAgentMinute(report.received_bytes)} and ${perAgentMinute(report.sent_bytes)}`,
    String(report.connections),
    String(report.signed),
    phase.loopDelayMs.toFixed(1),
    phase.residentMb.toFixed(0),
    Object.entries(report.failures)
      .map(([what, times]) => `${what} ${times}`)
      .join(', ') || '0',
  ]);
}

interface Fleet {
  answer<T>(): Promise<T>;
  ask<T>(command: string): Promise<T>;
  end(): void;
}

function startFleet(program: string): Fleet {
  const where = ['-sock', installation.path('admin.sock'), '-addr', installation.serverAddress];
  const what = ['-agents', String(AGENTS), '-entries', String(ENTRIES)];
  const protos = ['-proto', join(import.meta.dirname, '..', 'proto')];
  const child = spawn(program, [...where, ...what, ...protos], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  cleanUps.teardown(async () => {
    child.kill();
    await ended;
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async <T>(): Promise<T> => {
    const { done, value } = await lines.next();
    if (done === true) throw new Error('the fleet has ended');
    return JSON.parse(value) as T;
  };
  return {
    answer,
    ask: (command) => {
      child.stdin.write(`${command}\n`);
      return answer();
    },
    end: () => child.stdin.end(),
  };
}
