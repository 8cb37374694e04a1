import { createServer } from 'node:net';
import { once } from 'node:events';
import { chmodSync, linkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Connection, adminTarget, withConnection } from '../../cli/connect.ts';
import { notFound } from '../../runtime/rpc/status.ts';
import { fakeTerminal } from '../support/run-cli.ts';
import { serveUnix } from '../support/serve-unix.ts';
import { temporaryDirectory } from '../support/socket-path.ts';

const targetOf = (path: string) => ({ daemon: 'server', address: { kind: 'unix', path } }) as const;

t.test('a socket that cannot be used', (t) => {
  const directory = temporaryDirectory(t);
  t.test('is not there', async (t) => {
    const path = join(directory, 'missing.sock');
    const error = await Connection.open(targetOf(path)).catch((e: unknown) => e as Error);
    t.match(error, { code: 'CLI_SOCKET_MISSING' });
    t.match((error as Error).message, path);
    t.match((error as Error).message, '`vouchsafe server run --config FILE`');
  });
  t.test('was left behind by a dead process', async (t) => {
    const path = join(directory, 'stale.sock');
    const server = createServer();
    server.listen(path);
    await once(server, 'listening');
    // Closing removes the file: a hard link stays, as after a crash.
    const stale = join(directory, 'left.sock');
    linkSync(path, stale);
    server.close();
    await t.rejects(Connection.open(targetOf(stale)), { code: 'CLI_SOCKET_REFUSED' });
  });
  t.test('is no socket', async (t) => {
    const path = join(directory, 'file');
    writeFileSync(path, '');
    await t.rejects(Connection.open(targetOf(path)), { code: 'CLI_SOCKET_REFUSED' });
  });
  const skip = process.geteuid!() === 0 ? 'root may open anything' : false;
  t.test('belongs to others', { skip }, async (t) => {
    const path = join(directory, 'closed.sock');
    await serveUnix(t, path, {});
    chmodSync(path, 0);
    await t.rejects(Connection.open(targetOf(path)), { code: 'CLI_SOCKET_FORBIDDEN' });
  });
  t.end();
});

t.test('calls', async (t) => {
  const path = join(temporaryDirectory(t), 'api.sock');
  const metadata: Record<string, unknown> = {};
  await serveUnix(t, path, {
    health: {
      Check: ({ service }, call) => {
        metadata['health'] = call.metadata.get('workload.spiffe.io');
        if (service === 'hang') return new Promise(() => undefined);
        if (service !== '') throw notFound('no such service');
        return { status: 'SERVING' };
      },
    },
    workloadApi: {
      async *FetchX509Bundles(_request, call) {
        metadata['workload'] = call.metadata.get('workload.spiffe.io');
        yield { crl: [Buffer.from('1')] };
        yield { crl: [Buffer.from('2')] };
        await new Promise((resolve) => call.signal.addEventListener('abort', resolve));
        metadata['ended'] = true;
      },
    },
  });
  const target = targetOf(path);
  t.test('answered', async (t) => {
    const { status } = await withConnection(target, (c) => c.unary('health', 'Check', {}));
    t.equal(status, 'SERVING');
  });
  t.test('refused', async (t) => {
    await t.rejects(
      withConnection(target, (c) => c.unary('health', 'Check', { service: 'x' })),
      {
        code: 'CLI_CALL_FAILED',
        status: 5,
        details: 'no such service',
        message: /the server answered NOT_FOUND: no such service/,
      },
    );
  });
  t.test('not answered in time', async (t) => {
    const hurried = { ...target, callTimeoutMs: 50 };
    await t.rejects(
      withConnection(hurried, (c) => c.unary('health', 'Check', { service: 'hang' })),
      { code: 'CLI_CALL_FAILED', status: 4 },
    );
  });
  t.test('a stream ends quietly when its reader has had enough', async (t) => {
    const stop = new AbortController();
    const crls: string[] = [];
    await withConnection(target, async (c) => {
      const stream = c.stream('workloadApi', 'FetchX509Bundles', {
        request: {},
        signal: stop.signal,
      });
      for await (const { crl } of stream) {
        crls.push(crl.join());
        if (crls.length === 2) stop.abort();
      }
    });
    t.strictSame(crls, ['1', '2']);
  });
  t.test('only the Workload API gets its header', (t) => {
    t.strictSame(metadata['workload'], ['true']);
    t.strictSame(metadata['health'], []);
    t.end();
  });
});

t.test('which socket', async (t) => {
  const { terminal } = fakeTerminal({ uid: 0 });
  t.strictSame(await adminTarget('a/b.sock', terminal), targetOf(join(process.cwd(), 'a/b.sock')));
  t.strictSame(await adminTarget(undefined, terminal), targetOf('/run/vouchsafe/server/api.sock'));
});
