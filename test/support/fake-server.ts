import { Metadata, status } from '@grpc/grpc-js';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Server, TLSSocket } from 'node:tls';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { parseCsr, verifyCsr } from '@vouchsafe/pki/x509/csr';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import type { MessageInput } from '@vouchsafe/proto/load';
import { serviceDefinition } from '@vouchsafe/proto/services';
import type { ServiceHandlers, ServiceName } from '@vouchsafe/proto/services';
import { STATUS_DETAILS_KEY, encodeStatusDetails } from '@vouchsafe/proto/status-details';
import type { PermissionDeniedReason } from '@vouchsafe/proto/status-details';
import type { Address } from '../../runtime/address.ts';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import type { Call } from '../../runtime/rpc/call.ts';
import { Peers } from '../../runtime/rpc/peers.ts';
import { RpcServer } from '../../runtime/rpc/rpc-server.ts';
import type { RpcError } from '../../runtime/rpc/status.ts';
import { invalidArgument, notFound, permissionDenied } from '../../runtime/rpc/status.ts';
import { peerChain } from '../../runtime/tls/peer-chain.ts';
import { FakeCa } from './fake-ca.ts';

export type EntryMessage = MessageInput<'spire.api.types.Entry'> & { readonly id: string };

interface FakeCall extends Call {
  /** What the client showed; undefined when it showed nothing. */
  readonly certificate: Certificate | undefined;
}

interface AgentRecord {
  readonly serials: Set<string>;
  banned: boolean;
}

type Handlers<N extends ServiceName> = Partial<Implementation<ServiceHandlers<N>, FakeCall>>;

interface Teardown {
  teardown(cleanUp: () => Promise<void>): unknown;
}

export interface FakeServerOptions {
  readonly clock: { now(): Date };
  readonly trustDomain?: string;
  readonly address?: Address;
  /** What it calls itself. */
  readonly path?: string;
}

/**
 * A SPIRE server with everything in memory: the real wire, mutual TLS included, and real certificates. Tests change its
 * maps, and `before` and `after` let them fail, hold or lose calls.
 */
export class FakeServer {
  readonly ca: FakeCa;
  /** Each works for one key. */
  readonly tokens = new Map<string, string | undefined>();
  readonly agents = new Map<string, AgentRecord>();
  readonly entries = new Map<string, EntryMessage>();
  readonly federated = new Map<string, MessageInput<'spire.api.types.Bundle'>>();
  readonly ttl = { agent: 3600, x509: 3600, jwt: 300 };
  /** More entries than this go by pages of revisions. */
  pageSize = 500;
  /** The methods called, by their last part. */
  readonly calls: string[] = [];
  /** Run before a method does anything: throwing refuses the call. */
  readonly before = new Map<string, (request: unknown) => unknown>();
  /** Run when a method has done everything but answer: throwing loses the answer. */
  readonly after = new Map<string, (response: unknown) => unknown>();
  readonly versions: string[] = [];

  readonly #options: FakeServerOptions;
  readonly #peers = new Peers<Certificate | undefined>();
  readonly #connections = new Set<Socket>();
  readonly #watchers: { method: string; resolve: () => void }[] = [];
  readonly #rpc: RpcServer<FakeCall>;
  #server: Server | undefined;
  #address: Address | undefined;

  private constructor(ca: FakeCa, options: FakeServerOptions) {
    this.ca = ca;
    this.#options = options;
    this.#rpc = new RpcServer<FakeCall>({
      gate: {
        enter: (call) => ({ ...call, certificate: this.#peers.find(call.peer) }),
        leave: () => undefined,
      },
    });
    this.#rpc.addService(serviceDefinition('agent'), this.#agentService());
    this.#rpc.addService(serviceDefinition('bundle'), this.#bundleService());
    this.#rpc.addService(serviceDefinition('entry'), this.#entryService());
    this.#rpc.addService(serviceDefinition('svid'), this.#svidService());
  }

  static async start(t: Teardown, options: FakeServerOptions): Promise<FakeServer> {
    const ca = await FakeCa.create(options.trustDomain ?? 'example.org', options.clock);
    const server = new FakeServer(ca, options);
    t.teardown(() => server.#close());
    await server.up();
    return server;
  }

  get address(): Address {
    return this.#address!;
  }

  /** Listens where it listened before. */
  async up(): Promise<void> {
    const { path = '/spire/server' } = this.#options;
    const key = await generateKeyPair('ec-p256');
    const svid = await this.ca.issue({
      spiffeId: this.ca.trustDomain.id + path,
      publicKeyInfo: key.publicKeyInfo,
      ttlSeconds: 24 * 3600,
    });
    this.#server = createServer({
      cert: encodePem('CERTIFICATE', svid),
      key: key.privateKey.export({ format: 'pem', type: 'pkcs8' }),
      requestCert: true,
      rejectUnauthorized: false,
      ALPNProtocols: ['h2'],
    });
    this.#server.on('secureConnection', (socket) => this.#accept(socket));
    this.#server.on('connection', (socket: Socket) => {
      this.#connections.add(socket);
      socket.once('close', () => this.#connections.delete(socket));
    });
    const address = this.#address ??
      this.#options.address ?? { kind: 'tcp', host: '127.0.0.1', port: 0 };
    if (address.kind === 'unix') this.#server.listen(address.path);
    else this.#server.listen(address.port, address.host);
    await once(this.#server, 'listening');
    this.#address =
      address.kind === 'unix'
        ? address
        : { ...address, port: (this.#server.address() as AddressInfo).port };
  }

  /** As if the machine had gone. */
  async down(): Promise<void> {
    const closed = once(this.#server!, 'close');
    this.#server!.close();
    this.disconnect();
    await closed;
  }

  /** As if it had died, and another one were there for whoever asks again. */
  disconnect(): void {
    for (const socket of this.#connections) socket.destroy();
  }

  /** Resolves when this method is called the next time. */
  called(method: string): Promise<void> {
    return new Promise((resolve) => this.#watchers.push({ method, resolve }));
  }

  count(method: string): number {
    return this.calls.filter((called) => called === method).length;
  }

  /** Adds an entry, or changes one. */
  put(entry: EntryMessage): void {
    const before = this.entries.get(entry.id);
    const revision = before === undefined ? 0 : Number(before.revision_number) + 1;
    this.entries.set(entry.id, {
      created_at: '1',
      selectors: [{ type: 'unix', value: `uid:${process.getuid!()}` }],
      spiffe_id: { trust_domain: this.ca.trustDomain.name, path: `/${entry.id}` },
      ...entry,
      revision_number: String(revision),
    });
  }

  ban(): void {
    for (const agent of this.agents.values()) agent.banned = true;
  }

  #accept(socket: TLSSocket): void {
    socket.on('error', () => undefined);
    const [certificate] = peerChain(socket);
    this.#peers.register(socket, certificate);
    this.#rpc.accept(socket);
  }

  async #close(): Promise<void> {
    this.#server?.close();
    for (const socket of this.#connections) socket.destroy();
    await this.#rpc.close();
  }

  async #enter(method: string, request: unknown): Promise<void> {
    this.calls.push(method);
    for (const watcher of [...this.#watchers]) {
      if (watcher.method !== method) continue;
      this.#watchers.splice(this.#watchers.indexOf(watcher), 1);
      watcher.resolve();
    }
    await this.before.get(method)?.(request);
  }

  async #leave<Response>(method: string, response: Response): Promise<Response> {
    await this.after.get(method)?.(response);
    return response;
  }

  #agentService(): Handlers<'agent'> {
    return {
      AttestAgent: (requests) => this.#attest(requests),
      RenewAgent: async ({ params }, call) => {
        await this.#enter('RenewAgent', params);
        const { id, record } = this.#authorize(call);
        const svid = await this.#issueAgent(id, params!.csr);
        record.serials.add(svid.serial);
        return this.#leave('RenewAgent', { svid: svid.message });
      },
      PostStatus: async ({ agent_version }, call) => {
        await this.#enter('PostStatus', undefined);
        this.#authorize(call);
        this.versions.push(agent_version);
        return {};
      },
    };
  }

  async *#attest(
    requests: AsyncIterable<{
      params?: { data: { payload: Buffer } | null; params: { csr: Buffer } | null } | null;
    }>,
  ) {
    for await (const { params } of requests) {
      await this.#enter('AttestAgent', params);
      const token = params!.data!.payload.toString();
      const csr = params!.params!.csr;
      const key = Buffer.from(parseCsr(csr).publicKeyInfo).toString('hex');
      const owner = this.tokens.get(token);
      if (!this.tokens.has(token) || (owner !== undefined && owner !== key)) {
        throw invalidArgument('join token does not exist or has already been used');
      }
      this.tokens.set(token, key);
      const id = `${this.ca.trustDomain.id}/spire/agent/join_token/${token}`;
      if (this.agents.get(id)?.banned === true) throw permissionDenied('agent is banned');
      const svid = await this.#issueAgent(id, csr);
      this.agents.set(id, { serials: new Set([svid.serial]), banned: false });
      yield await this.#leave('AttestAgent', {
        result: { svid: svid.message, reattestable: false },
      });
      return;
    }
  }

  #bundleService(): Handlers<'bundle'> {
    return {
      GetBundle: async () => {
        await this.#enter('GetBundle', undefined);
        return this.#leave('GetBundle', this.ca.bundle());
      },
      GetFederatedBundle: async ({ trust_domain }, call) => {
        await this.#enter('GetFederatedBundle', trust_domain);
        this.#authorize(call);
        const bundle = this.federated.get(trust_domain);
        if (bundle === undefined) throw notFound('bundle not found');
        return bundle;
      },
    };
  }

  #entryService(): Handlers<'entry'> {
    return {
      GetAuthorizedEntries: async (_request, call) => {
        await this.#enter('GetAuthorizedEntries', undefined);
        this.#authorize(call);
        return { entries: [...this.entries.values()] };
      },
      SyncAuthorizedEntries: (requests, call) => this.#syncEntries(requests, call),
    };
  }

  async *#syncEntries(requests: AsyncIterable<{ readonly ids: string[] }>, call: FakeCall) {
    let isFirst = true;
    for await (const { ids } of requests) {
      if (!isFirst) {
        yield { entries: ids.flatMap((id) => this.entries.get(id) ?? []), more: true };
        yield { more: false };
        continue;
      }
      isFirst = false;
      await this.#enter('SyncAuthorizedEntries', undefined);
      this.#authorize(call);
      const entries = [...this.entries.values()];
      if (entries.length <= this.pageSize) {
        yield { entries };
        return;
      }
      for (const { items, more } of pages(entries, this.pageSize)) {
        yield { entry_revisions: items.map(revisionOf), more };
      }
    }
  }

  #svidService(): Handlers<'svid'> {
    return {
      BatchNewX509SVID: async ({ params }, call) => {
        await this.#enter('BatchNewX509SVID', params);
        this.#authorize(call);
        const results = [];
        for (const { entry_id, csr } of params)
          results.push(await this.#issueWorkload(entry_id, csr));
        return this.#leave('BatchNewX509SVID', { results });
      },
      NewJWTSVID: async ({ entry_id, audience }, call) => {
        await this.#enter('NewJWTSVID', { entry_id, audience });
        this.#authorize(call);
        const entry = this.entries.get(entry_id);
        if (entry === undefined) throw notFound('entry not found or not authorized');
        const token = await this.ca.issueJwt(idOf(entry), audience, this.ttl.jwt);
        const issued = Math.floor(this.#options.clock.now().getTime() / 1000);
        const svid = {
          token,
          issued_at: String(issued),
          expires_at: String(issued + this.ttl.jwt),
        };
        return this.#leave('NewJWTSVID', { svid });
      },
    };
  }

  async #issueWorkload(entryId: string, der: Uint8Array) {
    const entry = this.entries.get(entryId);
    if (entry === undefined) {
      return { status: { code: status.NOT_FOUND, message: 'entry not found or not authorized' } };
    }
    const csr = parseCsr(der);
    await verifyCsr(csr);
    const certificate = await this.ca.issue({
      spiffeId: idOf(entry),
      publicKeyInfo: csr.publicKeyInfo,
      ttlSeconds: entry.x509_svid_ttl === undefined ? this.ttl.x509 : entry.x509_svid_ttl,
    });
    return { status: { code: 0, message: 'OK' }, svid: { cert_chain: [certificate] } };
  }

  async #issueAgent(spiffeId: string, der: Uint8Array) {
    const csr = parseCsr(der);
    await verifyCsr(csr);
    const certificate = await this.ca.issue({
      spiffeId,
      publicKeyInfo: csr.publicKeyInfo,
      ttlSeconds: this.ttl.agent,
    });
    return { serial: serialOf(certificate), message: { cert_chain: [certificate] } };
  }

  /** Knows agents by serial number, as SPIRE does: a renewed one takes the place of the old once it is used. */
  #authorize({ certificate }: FakeCall): { id: string; record: AgentRecord } {
    const id = certificate?.uriNames[0];
    if (certificate === undefined || id === undefined) throw permissionDenied('not an agent');
    if (certificate.notAfter <= this.#options.clock.now()) throw denied('AGENT_EXPIRED');
    const record = this.agents.get(id);
    if (record === undefined) throw denied('AGENT_NOT_ATTESTED');
    if (record.banned) throw denied('AGENT_BANNED');
    const serial = certificate.serialNumber.toString();
    if (!record.serials.has(serial)) throw denied('AGENT_NOT_ACTIVE');
    const newest = [...record.serials].at(-1);
    if (serial === newest)
      for (const old of record.serials) if (old !== newest) record.serials.delete(old);
    return { id, record };
  }
}

export function denied(reason: PermissionDeniedReason): RpcError {
  const message = 'authorization denied';
  const metadata = new Metadata();
  metadata.set(
    STATUS_DETAILS_KEY,
    encodeStatusDetails({ code: status.PERMISSION_DENIED, message, reason }),
  );
  return permissionDenied(message, metadata);
}

function idOf({ spiffe_id }: EntryMessage): string {
  return `spiffe://${spiffe_id!.trust_domain!}${spiffe_id!.path!}`;
}

function revisionOf({ id, revision_number = '0', created_at = '0' }: EntryMessage) {
  return { id, revision_number, created_at };
}

function serialOf(certificate: Uint8Array): string {
  return parseCertificate(certificate).serialNumber.toString();
}

function pages<Item>(items: readonly Item[], size: number) {
  const count = Math.ceil(items.length / size);
  return Array.from({ length: count }, (_, i) => ({
    items: items.slice(i * size, (i + 1) * size),
    more: i < count - 1,
  }));
}
