import type { X509SVIDResponse__Output } from '@vouchsafe/proto/gen/X509SVIDResponse';
import { parseBundle } from '../../agent/sync/messages.ts';
import { systemClock } from '../../runtime/clock.ts';
import { describeError } from '../../runtime/errors.ts';
import { forbidMemoryDumps } from '../../runtime/kernel.ts';
import { writePrivateFile } from '../../runtime/private-file.ts';
import { SERVER_CONFIG } from '../../server/config.ts';
import { startServer } from '../../server/server.ts';
import type { RunningServer } from '../../server/server.ts';
import { encodeAuthorities } from '../bundle/show.ts';
import { Connection } from '../connect.ts';
import { aborted, stopSignal } from '../daemon/stop-signal.ts';
import { closeInTime } from '../daemon/run-daemon.ts';
import type { DaemonName } from '../default-paths.ts';
import { CliError } from '../errors.ts';
import { watch } from '../fetch/watch.ts';
import type { Terminal } from '../terminal.ts';
import type { Invocation } from '../verb.ts';
import { showFirstSvids, showRenewal } from './first-svids.ts';
import { HostAgent } from './host-agent.ts';
import { openLogFile } from './log-file.ts';
import { openPlace } from './place.ts';
import type { Place, PlaceFlags } from './place.ts';
import { makeHostToken, registerUser } from './registration.ts';

interface UpFlags extends PlaceFlags {
  readonly exit?: boolean;
}

/** Runs a server and an agent for this user, shows what they give, and goes on until it is told to stop. */
export async function up(flags: UpFlags, { terminal }: Invocation): Promise<void> {
  process.umask(0o077);
  forbidMemoryDumps();
  const stop = stopSignal();
  await using started = new AsyncDisposableStack();
  const place = await openPlace(flags, terminal, started);
  const { server, agent } = await start(place, terminal, started);
  const shown = new AbortController();
  const until = flags.exit === true ? AbortSignal.any([stop, shown.signal]) : stop;
  const showing = show({ place, terminal, signal: until, onFirst: () => shown.abort() });
  const running = [
    explained(server.ended, { name: 'server', place }),
    explained(agent.run(), { name: 'agent', place }),
  ];
  await Promise.race([showing, ...running, aborted(until)]);
  if (stop.aborted) terminal.stderr.write('stopping the agent and the server\n');
}

interface Started {
  readonly name: DaemonName;
  readonly place: Place;
}

async function explained(ended: Promise<void>, { name, place }: Started): Promise<void> {
  try {
    await ended;
  } catch (cause) {
    const remedy = `Its log is ${place.fileOf(`${name}.log`)}.`;
    throw new CliError('CLI_UP_FAILED', `the ${name}: ${describeError(cause)}`, { remedy, cause });
  }
}

async function start(place: Place, terminal: Terminal, started: AsyncDisposableStack) {
  const { trustDomain } = place;
  const say = (text: string): void => terminal.stderr.write(`${text}\n`);
  const serverLog = await openLogFile(place.fileOf('server.log'));
  started.defer(() => serverLog.close());
  const server = await startServerAt(place, serverLog.log);
  started.defer(() => closeInTime(server));
  server.ended.catch(() => undefined); // raced against everything else, once all of it runs
  say(`the server of ${trustDomain.name} is up`);

  const address = { kind: 'unix', path: place.adminSocket } as const;
  const connection = await Connection.open({ daemon: 'server', address });
  started.defer(() => connection.close());
  await registerUser(connection, trustDomain, terminal.uid);
  const bundle = await connection.unary('bundle', 'GetBundle', {});
  const authorities = encodeAuthorities(parseBundle(bundle, trustDomain, undefined));
  await writePrivateFile(place.bundleFile, authorities);

  const agentLog = await openLogFile(place.fileOf('agent.log'));
  started.defer(() => agentLog.close());
  const makeToken = (): Promise<string> => makeHostToken(connection, trustDomain);
  const agent = new HostAgent({ place, log: agentLog.log, makeToken });
  started.defer(() => closeInTime(agent));
  await agent.start();
  say('the agent has joined it');
  return { server, agent };
}

function startServerAt(
  place: Place,
  log: Parameters<typeof startServer>[1]['log'],
): Promise<RunningServer> {
  const config = SERVER_CONFIG.parse({
    trust_domain: place.trustDomain.name,
    data_dir: place.fileOf('server'),
    socket_path: place.adminSocket,
    bind_address: `unix:${place.serverSocket}`,
  });
  return startServer(config, { log, clock: systemClock });
}

interface ShowInit {
  readonly place: Place;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
  readonly onFirst: () => void;
}

/** The first SVIDs in full, then each renewal in a line. */
async function show({ place, terminal, signal, onFirst }: ShowInit): Promise<void> {
  const address = { kind: 'unix', path: place.workloadSocket } as const;
  const target = { daemon: 'agent', address } as const;
  let isFirst = true;
  await watch({
    target,
    terminal,
    signal,
    stream: (connection, stopped) =>
      connection.stream('workloadApi', 'FetchX509SVID', { request: {}, signal: stopped }),
    show: async (response: X509SVIDResponse__Output) => {
      if (isFirst) await showFirstSvids(terminal.stdout, response, { place, target });
      else showRenewal(terminal.stdout, response);
      isFirst = false;
      onFirst();
    },
  });
}
