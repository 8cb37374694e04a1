import { credentials } from '@grpc/grpc-js';
import type { Client, ServiceError } from '@grpc/grpc-js';
import { join } from 'node:path';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import type { KeyPair } from '@vouchsafe/pki/keys/key-pair';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import type { AttestAgentResponse__Output } from '@vouchsafe/proto/gen/spire/api/server/agent/v1/AttestAgentResponse';
import { createClient } from '@vouchsafe/proto/services';
import type { ServiceClient, ServiceName } from '@vouchsafe/proto/services';
import type { Test } from 'tap';
import { formatAddress } from '../../runtime/address.ts';
import { systemClock } from '../../runtime/clock.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { RootLog } from '../../runtime/log.ts';
import { readConfig } from '../../runtime/config-reader.ts';
import { SpiffeChannelCredentials } from '../../runtime/tls/spiffe-channel.ts';
import { SERVER_CONFIG } from '../../server/config.ts';
import { startServer } from '../../server/server.ts';
import type { RunningServer } from '../../server/server.ts';
import { captureLog } from './capture-log.ts';
import type { LogRecord } from './capture-log.ts';
import { temporaryDirectory } from './socket-path.ts';

export interface TestServerOptions {
  readonly directory?: string;
  readonly clock?: Clock;
  /** In place of one that keeps every line in `log`. */
  readonly log?: RootLog;
  /** Keys of the server's configuration. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** What a TLS client shows, PEM. */
export interface ClientIdentity {
  readonly certificate: string;
  readonly key: string;
}

/** A real server in a directory of its own, with clients for each kind of caller. */
export interface TestServer {
  readonly running: RunningServer;
  readonly directory: string;
  readonly socketPath: string;
  /** `127.0.0.1:PORT` */
  readonly address: string;
  readonly log: readonly LogRecord[];
  /** A client on the admin socket. */
  local<N extends ServiceName>(name: N): ServiceClient<N>;
  /** A TLS client; without identity it shows no certificate. */
  tls<N extends ServiceName>(name: N, identity?: ClientIdentity): ServiceClient<N>;
  close(): Promise<void>;
}

export async function startTestServer(
  t: Test,
  options: TestServerOptions = {},
): Promise<TestServer> {
  const { directory = temporaryDirectory(t), clock = systemClock, settings = {} } = options;
  const socketPath = join(directory, 'server', 'api.sock');
  const flags = {
    trust_domain: 'example.org',
    data_dir: join(directory, 'data'),
    socket_path: socketPath,
    bind_address: '127.0.0.1:0',
    ...settings,
  };
  const { log: captured, records } = captureLog();
  const log = options.log ?? captured;
  const running = await startServer(await readConfig(SERVER_CONFIG, { flags }), { log, clock });
  const address = formatAddress(running.address);
  const clients = new Set<Client>();
  const close = async (): Promise<void> => {
    for (const client of clients) client.close();
    await running.close();
  };
  t.teardown(close);
  const kept = <C extends Client>(client: C): C => {
    clients.add(client);
    return client;
  };
  return {
    running,
    directory,
    socketPath,
    address,
    log: records,
    local: (name) => kept(createClient(name, `unix:${socketPath}`, credentials.createInsecure())),
    tls: (name, identity) =>
      kept(
        createClient(
          name,
          address,
          new SpiffeChannelCredentials({ present: () => identity, verify: () => undefined }),
          { 'grpc.ssl_target_name_override': 'server' },
        ),
      ),
    close,
  };
}

type UnaryMethod<Request, Response> = (
  request: Request,
  callback: (error: ServiceError | null, response?: Response) => void,
) => unknown;

/** Makes a unary call; rejects with the ServiceError. */
export function call<Request, Response>(
  client: Client,
  method: UnaryMethod<Request, Response>,
  request: Request,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method.call(client, request, (error, response) => {
      if (error === null) resolve(response!);
      else reject(error);
    });
  });
}

export interface Attested {
  readonly key: KeyPair;
  readonly identity: ClientIdentity;
  readonly path: string;
  readonly serialNumber: bigint;
}

export async function newToken(
  server: TestServer,
  options: { ttl?: number; alias?: string } = {},
): Promise<string> {
  const client = server.local('agent');
  const alias = options.alias;
  const agent_id = alias === undefined ? null : { trust_domain: 'example.org', path: alias };
  const { value } = await call(client, client.CreateJoinToken, {
    ttl: options.ttl ?? 600,
    agent_id,
  });
  return value;
}

/** Sends one message on AttestAgent and reads the answer. */
export function attestWith(
  client: ServiceClient<'agent'>,
  message: Parameters<ReturnType<ServiceClient<'agent'>['AttestAgent']>['write']>[0],
): Promise<AttestAgentResponse__Output> {
  return new Promise((resolve, reject) => {
    const stream = client.AttestAgent();
    stream.on('data', resolve);
    stream.on('error', reject);
    stream.on('end', () => reject(new Error('the stream ended without an answer')));
    stream.write(message);
    stream.end();
  });
}

export async function attest(
  client: ServiceClient<'agent'>,
  token: string,
  keyPair?: KeyPair,
): Promise<Attested> {
  const key = keyPair ?? (await generateKeyPair('ec-p256'));
  const csr = await createCsr({ signer: key.signer });
  const data = { type: 'join_token', payload: Buffer.from(token) };
  const { result } = await attestWith(client, {
    params: { data, params: { csr: Buffer.from(csr) } },
  });
  const { svid } = result!;
  return { key, path: svid!.id!.path, ...identityOf(svid!.cert_chain, key) };
}

/** A new agent with a token of its own. */
export async function newAgent(
  server: TestServer,
  options: { alias?: string } = {},
): Promise<Attested> {
  return attest(server.tls('agent'), await newToken(server, options));
}

export function identityOf(
  chain: readonly Buffer[],
  { privateKey }: KeyPair,
): Pick<Attested, 'identity' | 'serialNumber'> {
  return {
    identity: {
      certificate: chain.map((der) => encodePem('CERTIFICATE', der)).join(''),
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    },
    serialNumber: parseCertificate(chain[0]!).serialNumber,
  };
}
