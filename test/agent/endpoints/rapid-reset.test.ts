import { connect as connectHttp2, constants } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';
import { connect } from 'node:net';
import t from 'tap';
import type { Test } from 'tap';
import { entryOf } from '../../support/entries.ts';
import { startEndpoint } from '../../support/workload-endpoint.ts';

/** More than Node.js puts up with at once. */
const STREAMS = 1500;

interface RawWorkload {
  readonly session: ClientHttp2Session;
  /** The error code with which the server ended the connection, once it has. */
  readonly ended: Promise<number>;
  /** Opens a stream and cancels it; resolves when that is on its way. */
  cancelOne(): Promise<void>;
}

function rawWorkload(t: Test, path: string): RawWorkload {
  const session = connectHttp2('http://localhost', { createConnection: () => connect(path) });
  session.on('error', () => undefined); // how it ends is what the test looks at
  t.teardown(() => session.destroy());
  return {
    session,
    ended: new Promise((resolve) => {
      session.on('goaway', (code: number) => session.on('close', () => resolve(code)));
    }),
    cancelOne: async () => {
      const stream = session.request({
        ...{ ':method': 'POST', ':path': '/SpiffeWorkloadAPI/FetchX509SVID' },
        ...{ 'content-type': 'application/grpc', te: 'trailers', 'workload.spiffe.io': 'true' },
      });
      stream.on('error', () => undefined);
      const closed = new Promise((resolve) => stream.on('close', resolve));
      stream.end(Buffer.alloc(5));
      stream.close(constants.NGHTTP2_CANCEL);
      await closed;
    },
  };
}

t.test(
  'T-23: a connection that cancels thousands of streams at once is closed, and no other',
  async (t) => {
    const endpoint = await startEndpoint(t);
    await endpoint.issue(entryOf('a'));
    const other = endpoint.client().stream('FetchX509SVID');
    await other.next();

    const workload = rawWorkload(t, endpoint.path);
    await cancelMany(workload);
    t.equal(await workload.ended, constants.NGHTTP2_INTERNAL_ERROR);

    await endpoint.issue(entryOf('b'));
    t.equal((await other.next()).svids.length, 2, 'who is on another connection notices nothing');
    const again = await endpoint.client().stream('FetchX509SVID').next();
    t.equal(again.svids.length, 2, 'and the process may connect again');
  },
);

async function cancelMany({ session, cancelOne }: RawWorkload): Promise<void> {
  for (let i = 0; i < STREAMS && !session.closed && !session.destroyed; i++) await cancelOne();
}

t.test('T-23: a workload that fetches and lets go some hundred times is served', async (t) => {
  const endpoint = await startEndpoint(t);
  await endpoint.issue(entryOf('a'));
  const client = endpoint.client();
  for (let i = 0; i < 300; i++) {
    const stream = client.stream('FetchX509SVID');
    if ((await stream.next()).svids.length !== 1) t.fail(`fetch ${i}`);
    stream.raw.cancel();
  }
  t.equal(endpoint.tracker.size, 1, 'on one connection');
});

t.test('T-23: a gRPC client gets over it by itself', async (t) => {
  const endpoint = await startEndpoint(t);
  await endpoint.issue(entryOf('a'));
  const client = endpoint.client();
  let refused = 0;
  for (let i = 0; i < STREAMS; i++) {
    const stream = client.stream('FetchX509SVID');
    await stream.next().catch(() => refused++);
    stream.raw.cancel();
  }
  t.ok(refused < 20, `${refused} of ${STREAMS} refused`);
  t.equal((await client.stream('FetchX509SVID').next()).svids.length, 1);
});
