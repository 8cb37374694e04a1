// A service that calls another ten times a second over mutual TLS, and is called by it. Its arguments: the SPIFFE ID of
// the other. It prints what happens as JSON lines and reads the port of the other from its standard input.
import { once } from 'node:events';
import { createServer, request } from 'node:https';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import type { TLSSocket } from 'node:tls';
import { matchId } from '@vouchsafe/pki/matcher';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { SpiffeAgent } from '@vouchsafe/client/tls-client';
import { createTlsServer, peerId } from '@vouchsafe/client/tls-server';
import { X509Source } from '@vouchsafe/client/x509-source';
import { systemClock } from '../../../runtime/clock.ts';

const INTERVAL_MS = 100;
const REPORT_EVERY = 10;
const CALL_TIMEOUT_MS = 5000;

export interface ServiceCounters {
  readonly calls: number;
  readonly failures: number;
  readonly served: number;
  readonly refused: number;
  /** X509-SVIDs this service has had. */
  readonly svids: number;
  /** X509-SVIDs the other has shown. */
  readonly peerSvids: number;
  /** Most X.509 authorities at one time, and how many there were in all. */
  readonly mostAuthorities: number;
  readonly authorities: number;
  readonly lastFailure?: string;
}

const counters = { calls: 0, failures: 0, served: 0, refused: 0 };
const seen = { svids: new Set<bigint>(), peers: new Set<string>(), authorities: new Set<string>() };
let mostAuthorities = 0;
let lastFailure: string | undefined;

const print = (line: object): unknown => process.stdout.write(`${JSON.stringify(line)}\n`);
const fail = (error: unknown): string => (lastFailure = String(error));

const expected = SpiffeId.parse(process.argv[2]!);
const peer = { authorize: matchId(expected) };
const source = await X509Source.open({
  onFailure: (error) => print({ event: 'workload-api', error: String(error) }),
});
observe();
source.subscribe(observe);

const server = createTlsServer(source, {
  ...peer,
  create: (options) => createServer(options),
  onRefused: (error) => {
    counters.refused++;
    fail(error);
  },
});
server.on('request', (incoming, response) => {
  counters.served++;
  response.end(peerId(incoming.socket as TLSSocket)?.toString());
});
print({
  event: 'listening',
  port: await listen(server),
  spiffe_id: source.svid.spiffeId.toString(),
});

const [port] = (await once(createInterface({ input: process.stdin }), 'line')) as [string];
const agent = new SpiffeAgent(source, { ...peer, keepAlive: false }); // a handshake for each call
const stop = new AbortController();
process.once('SIGTERM', () => stop.abort());
while (!stop.signal.aborted) {
  await countCall(Number(port));
  if (counters.calls % REPORT_EVERY === 0) print({ event: 'counters', ...report() });
  await systemClock.delay(INTERVAL_MS, stop.signal);
}
print({ event: 'counters', ...report() });
process.exit();

function observe(): void {
  const { svid, bundles } = source;
  seen.svids.add(svid.leaf.serialNumber);
  const authorities = bundles.x509Authorities(svid.spiffeId.trustDomain) ?? [];
  for (const { serialNumber } of authorities) seen.authorities.add(String(serialNumber));
  mostAuthorities = Math.max(mostAuthorities, authorities.length);
}

function report(): ServiceCounters {
  return {
    ...counters,
    svids: seen.svids.size,
    peerSvids: seen.peers.size,
    mostAuthorities,
    authorities: seen.authorities.size,
    ...(lastFailure === undefined ? {} : { lastFailure }),
  };
}

async function listen(listener: Server): Promise<number> {
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return (listener.address() as AddressInfo).port;
}

async function countCall(to: number): Promise<void> {
  counters.calls++;
  try {
    const body = await call(to);
    if (body !== source.svid.spiffeId.toString()) throw new Error(`it took me for '${body}'`);
  } catch (error) {
    counters.failures++;
    print({ event: 'failure', error: fail(error) });
  }
}

async function call(to: number): Promise<string> {
  const signal = AbortSignal.timeout(CALL_TIMEOUT_MS);
  const outgoing = request({ host: '127.0.0.1', port: to, agent, signal }).end();
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  seen.peers.add((response.socket as TLSSocket).getPeerCertificate().serialNumber);
  return (await response.setEncoding('utf8').toArray()).join('');
}
