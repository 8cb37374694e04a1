import { STATUS_CODES, createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Address } from '../address.ts';
import { describeError } from '../errors.ts';
import { listen } from '../listen.ts';
import type { Log } from '../log.ts';
import { areWell } from './checks.ts';
import type { Checks } from './checks.ts';
import type { Exposition } from './prometheus.ts';

/** Everything that is asked here is a line without a body; who takes longer to say it is no probe. */
const REQUEST_MS = 5000;
const MAX_HEADER_BYTES = 8 << 10;
/** Probes and scrapers are a handful. */
const MAX_CONNECTIONS = 64;
const MODES = { socket: 0o660, directory: 0o750 };

export interface MonitoringPortDeps {
  /** What a daemon needs to do its work. */
  readonly ready: () => Checks;
  readonly metrics: Exposition;
  readonly log: Log;
}

interface Answer {
  readonly code: number;
  readonly type: string;
  readonly body: string;
}

/** HTTP for probes and scrapers: `/live`, `/ready` and `/metrics`. It says nothing that needs a caller to be known. */
export class MonitoringPort {
  readonly #deps: MonitoringPortDeps;
  readonly #server: Server;

  constructor(deps: MonitoringPortDeps) {
    this.#deps = deps;
    this.#server = createServer(
      {
        requestTimeout: REQUEST_MS,
        headersTimeout: REQUEST_MS,
        connectionsCheckingInterval: 1000,
        maxHeaderSize: MAX_HEADER_BYTES,
      },
      (request, response) => void this.#answer(request, response),
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  /** @returns where it listens, the port filled in. @throws RuntimeError */
  listen(address: Address): Promise<Address> {
    return listen(this.#server, address, MODES);
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { code, type, body } = await this.#answerTo(request).catch((error: unknown) => {
      this.#deps.log.error('Cannot answer a probe', { error: describeError(error) });
      return json(500, { error: 'internal error' });
    });
    response.writeHead(code, {
      'content-type': type,
      'content-length': Buffer.byteLength(body),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  }

  async #answerTo({ method, url = '' }: IncomingMessage): Promise<Answer> {
    const path = url.split('?', 1)[0]!;
    const answer = this.#paths[path];
    if (answer === undefined) return json(404, { error: STATUS_CODES[404]! });
    if (method !== 'GET' && method !== 'HEAD') return json(405, { error: STATUS_CODES[405]! });
    return answer();
  }

  readonly #paths: Readonly<Record<string, () => Answer | Promise<Answer>>> = {
    // That it answers says all: a restart would cure nothing else.
    '/live': () => json(200, { status: 'live' }),
    '/ready': () => {
      const checks = this.#deps.ready();
      const isReady = areWell(checks);
      const told = Object.entries(checks).map(([name, problem]) => [name, problem ?? 'ok']);
      const status = isReady ? 'ready' : 'not ready';
      return json(isReady ? 200 : 503, { status, checks: Object.fromEntries(told) as object });
    },
    '/metrics': async () => {
      const { contentType: type } = this.#deps.metrics;
      return { code: 200, type, body: await this.#deps.metrics.text() };
    },
  };
}

const json = (code: number, value: object): Answer => ({
  code,
  type: 'application/json',
  body: `${JSON.stringify(value)}\n`,
});
