import { credentials, status } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createClient, serviceDefinition } from '@vouchsafe/proto/services';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import t from 'tap';
import type { Test } from 'tap';
import type { Implementation } from '../../../runtime/rpc/adapter.ts';
import type { Call, Gate, Outcome } from '../../../runtime/rpc/call.ts';
import { Peers } from '../../../runtime/rpc/peers.ts';
import { RpcServer } from '../../../runtime/rpc/rpc-server.ts';
import type { ConnectionAge } from '../../../runtime/rpc/rpc-server.ts';
import { notFound, permissionDenied } from '../../../runtime/rpc/status.ts';
import { listenUnix } from '../../../runtime/unix-listener.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

type Health = Partial<Implementation<ServiceHandlers<'health'>, Call>>;
type Entry = Partial<Implementation<ServiceHandlers<'entry'>, Call>>;

interface Options {
  readonly health?: Health;
  readonly entry?: Entry;
  readonly gate?: Partial<Gate<Call>>;
  readonly connectionAge?: ConnectionAge;
}

/** A unary, a server-streaming and a bidirectional method on a real socket, with what the gate was told of each call. */
async function serve(t: Test, { health = {}, entry = {}, gate = {}, ...options }: Options) {
  const left: Outcome<Call>[] = [];
  const rpc = new RpcServer<Call>({
    ...options,
    gate: { enter: (call) => call, leave: (_, outcome) => left.push(outcome), ...gate },
  });
  rpc.addService(serviceDefinition('health'), health);
  rpc.addService(serviceDefinition('entry'), entry);
  const peers = new Peers<null>();
  const server = createServer((socket) => {
    peers.register(socket, null);
    rpc.accept(socket);
  });
  const path = join(temporaryDirectory(t), 's');
  await listenUnix(server, path, 0o700);
  const address = `unix:${path}`;
  const healthClient = createClient('health', address, credentials.createInsecure());
  const entryClient = createClient('entry', address, credentials.createInsecure());
  t.teardown(async () => {
    healthClient.close();
    entryClient.close();
    server.close();
    await rpc.close();
  });
  const check = (): Promise<ServiceError | null> =>
    new Promise((resolve) => healthClient.Check({}, resolve));
  const watch = (): Promise<ServiceError> => failureOf(healthClient.Watch({}));
  const sync = (): Promise<ServiceError> => {
    const stream = entryClient.SyncAuthorizedEntries();
    stream.write({});
    return failureOf(stream);
  };
  return { rpc, left, check, watch, sync, entryClient, peers };
}

function failureOf(stream: NodeJS.ReadableStream): Promise<ServiceError> {
  stream.resume();
  return once(stream, 'error').then(
    ([error]) => error as ServiceError,
    (error: unknown) => error as ServiceError,
  );
}

const thrown: readonly [string, () => never][] = [
  ['an error', () => raise(new Error('a secret of ours'))],
  ['a text', () => raise('a secret of ours')],
  ['undefined', () => raise(undefined)],
  ['null', () => raise(null)],
];

/** Something that happens once, for a test to wait for. */
function signal(): { readonly happened: Promise<void>; happen(): void } {
  let happen = (): void => undefined;
  const happened = new Promise<void>((resolve) => (happen = resolve));
  return { happened, happen: () => happen() };
}

/** Throws what no code of ours would. */
function raise(what: unknown): never {
  // A generator throws whatever it is handed, without a throw of our own.
  const generator = (function* () {
    yield;
  })();
  generator.next();
  generator.throw(what);
  throw new TypeError('not reached');
}

t.test(
  'T-32: whatever a handler throws is INTERNAL, without a word of it, and the process lives',
  async (t) => {
    for (const [name, handler] of thrown) {
      const { check, watch, sync, left } = await serve(t, {
        health: { Check: handler, Watch: handler },
        entry: { SyncAuthorizedEntries: handler },
      });
      for (const [kind, attempt] of Object.entries({ check, watch, sync })) {
        const failure = await attempt();
        t.match(failure, { code: status.INTERNAL, details: 'internal error' }, `${kind}: ${name}`);
      }
      t.equal(left.length, 3);
      t.ok(
        left.every(({ error }) => error !== undefined),
        `${name} is no success to the gate`,
      );
    }
  },
);

t.test('a stream that fails after its first message ends with the status', async (t) => {
  const { watch } = await serve(t, {
    health: {
      async *Watch() {
        yield { status: 'SERVING' };
        throw notFound('gone');
      },
    },
  });
  t.match(await watch(), { code: status.NOT_FOUND, details: 'gone' });
});

t.test('a gate that refuses, and one that fails', async (t) => {
  const refusing = await serve(t, {
    health: { Check: () => ({ status: 'SERVING' }) },
    gate: {
      enter: () => {
        throw permissionDenied('no');
      },
    },
  });
  t.match(await refusing.check(), { code: status.PERMISSION_DENIED, details: 'no' });
  t.match(
    await refusing.sync(),
    { code: status.PERMISSION_DENIED },
    'also what is not implemented',
  );
});

t.test('T-32: a gate whose account of a call fails does not end the process', async (t) => {
  const { check } = await serve(t, {
    health: { Check: () => ({ status: 'SERVING' }) },
    gate: {
      leave: () => {
        throw new Error('no account');
      },
    },
  });
  const warned = once(process, 'warning');
  t.equal(await check(), null);
  t.match(await warned, [{ message: 'no account' }]);
});

t.test('a method without handler is not implemented, whatever its kind', async (t) => {
  const { check, watch, sync } = await serve(t, {});
  for (const attempt of [check, watch, sync]) {
    t.match(await attempt(), { code: status.UNIMPLEMENTED });
  }
});

t.test(
  'stopping ends a stream that waits for its caller, with UNAVAILABLE, and at once',
  async (t) => {
    let ended: unknown;
    const waiting = signal();
    const { rpc, sync } = await serve(t, {
      entry: {
        async *SyncAuthorizedEntries(requests) {
          try {
            for await (const request of requests) if (request.ids.length === 0) waiting.happen();
          } catch (error) {
            ended = error;
            throw error;
          }
          yield {};
        },
      },
    });
    const failure = sync();
    await waiting.happened;
    const first = rpc.close();
    t.equal(rpc.close(), first, 'closing twice is closing once');
    await first;
    t.match(await failure, { code: status.UNAVAILABLE });
    t.match(ended, { code: status.UNAVAILABLE }, 'the handler was woken, not left behind');
  },
);

t.test('F-28: a reader that does not read stops what writes, and loses nothing', async (t) => {
  const count = 400;
  let made = 0;
  const { entryClient, left } = await serve(t, {
    entry: {
      async *SyncAuthorizedEntries() {
        for (; made < count; made++) yield { entries: [{ id: 'x'.repeat(64 << 10) }] };
      },
    },
  });
  const stream = entryClient.SyncAuthorizedEntries();
  stream.write({});
  stream.pause();
  const messages = stream.iterator({ destroyOnReturn: false }) as AsyncIterator<unknown>;
  await messages.next();
  // Whatever is going to be written goes out in these turns: each costs far more than one.
  for (let turn = 0; turn < 1000; turn++) await new Promise(setImmediate);
  const madeUnread = made;
  t.ok(madeUnread < count / 2, `${madeUnread} of ${count} while nobody read`);
  let read = 1;
  while ((await messages.next()).done !== true) read++;
  t.equal(read, count);
  t.equal(left.length, 1);
});

t.test('a caller that leaves wakes the handler too', async (t) => {
  const woken = signal();
  const started = signal();
  const { entryClient } = await serve(t, {
    entry: {
      async *SyncAuthorizedEntries(requests) {
        try {
          for await (const request of requests) if (request.ids.length === 0) started.happen();
        } finally {
          woken.happen();
        }
        yield {};
      },
    },
  });
  const stream = entryClient.SyncAuthorizedEntries();
  stream.on('error', () => undefined);
  stream.write({});
  await started.happened;
  stream.cancel();
  await woken.happened;
  t.pass('the handler did not wait for ever');
});

t.test('T-24: who keeps a call open and says nothing is cut off with its connection', async (t) => {
  const left = signal();
  const { sync, check, peers } = await serve(t, {
    connectionAge: { maxMs: 300, graceMs: 100 },
    health: { Check: () => ({ status: 'SERVING' }) },
    entry: {
      async *SyncAuthorizedEntries(requests) {
        try {
          for await (const { ids } of requests) if (ids.length === 0) yield { entries: [] };
        } finally {
          left.happen();
        }
      },
    },
  });
  t.ok([status.UNAVAILABLE, status.CANCELLED, status.INTERNAL].includes((await sync()).code));
  await left.happened;
  while (peers.size > 0) await new Promise(setImmediate);
  t.equal(await check(), null, 'others, and it on a new one, are served');
});

t.test(
  'F-34: a client that resets its connection while the server stops is no failure',
  async (t) => {
    for (let turns = 0; turns < 20; turns++) {
      const rpc = new RpcServer<Call>({ gate: { enter: (call) => call, leave: () => undefined } });
      const server = createServer((socket) => {
        socket.on('error', () => undefined);
        rpc.accept(socket);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
      await Promise.all([once(server, 'connection'), once(client, 'connect')]);
      const stopped = rpc.close();
      for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
      client.on('error', () => undefined).resetAndDestroy();
      await t.resolves(stopped, `after ${turns} turns`);
      server.close();
    }
  },
);
