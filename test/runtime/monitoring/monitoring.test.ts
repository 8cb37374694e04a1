import { connect } from 'node:net';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import type { Address } from '../../../runtime/address.ts';
import { openMonitoring } from '../../../runtime/monitoring/monitoring.ts';
import type { MetricTable } from '../../../runtime/monitoring/metric.ts';
import { askHttp } from '../../support/ask-http.ts';
import { captureLog } from '../../support/capture-log.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

const TABLE = {
  calls_total: { kind: 'counter', help: 'Calls.', labels: ['method', 'code'] },
  took_seconds: { kind: 'histogram', help: 'Time.', labels: [] },
  things: { kind: 'gauge', help: 'Things.', labels: ['kind'] },
} as const satisfies MetricTable;

async function start(t: Test, address?: Address) {
  const closing = new AsyncDisposableStack();
  t.teardown(() => closing.disposeAsync());
  const path = join(temporaryDirectory(t), 'm.sock');
  const { log } = captureLog();
  const given = address ?? { kind: 'unix' as const, path };
  const monitoring = await openMonitoring({ address: given, table: TABLE, log }, closing);
  const ask = (what: string, method?: string) => askHttp(path, what, method);
  return { ...monitoring, ask, path, close: () => closing.disposeAsync() };
}

t.test('ready from its start to its stop, when all checks are well', async (t) => {
  const { ask, started, stopping } = await start(t);
  const ready = async () => {
    const { code, type, body } = await ask('/ready');
    t.equal(type, 'application/json');
    return [code, JSON.parse(body)] as const;
  };
  const checks = { database: undefined as string | undefined, bundle: undefined };
  t.strictSame(await ready(), [503, { status: 'not ready', checks: { startup: 'starting' } }]);
  t.match(await ask('/live'), { code: 200, body: '{"status":"live"}\n' });
  started(() => checks);
  const well = { database: 'ok', bundle: 'ok' };
  t.strictSame(await ready(), [200, { status: 'ready', checks: well }]);
  checks.database = 'gone';
  t.strictSame(await ready(), [
    503,
    { status: 'not ready', checks: { ...well, database: 'gone' } },
  ]);
  checks.database = undefined;
  t.strictSame((await ready())[0], 200);
  stopping();
  t.strictSame(await ready(), [
    503,
    { status: 'not ready', checks: { shutdown: 'shutting down' } },
  ]);
  t.match(await ask('/live'), { code: 200 });
});

t.test('what was measured', async (t) => {
  const { ask, meter } = await start(t);
  meter.count('calls_total', 'a', 'OK');
  meter.count('calls_total', 'a', 'OK');
  meter.count('calls_total', 'a\nb', 'OK');
  meter.time('took_seconds', 0.003);
  let things = [
    { labels: { kind: 'x' }, value: 3 },
    { labels: { kind: 'y' }, value: 4 },
  ];
  meter.gauge('things', () => things);
  const { code, type, body } = await ask('/metrics?name[]=x');
  t.match({ code, type }, { code: 200, type: /^text\/plain; version=0\.0\.4/ });
  for (const line of [
    'calls_total{method="a",code="OK"} 2',
    'calls_total{method="a\\nb",code="OK"} 1',
    'took_seconds_bucket{le="0.0025"} 0',
    'took_seconds_bucket{le="0.005"} 1',
    'took_seconds_count 1',
    'things{kind="x"} 3',
    '# HELP things Things.',
    '# TYPE took_seconds histogram',
  ]) {
    t.ok(body.split('\n').includes(line), line);
  }
  t.match(body, /^nodejs_eventloop_lag_p99_seconds \S+$/m);
  t.match(body, /^process_cpu_seconds_total \S+$/m);
  things = things.slice(1);
  const later = (await ask('/metrics')).body;
  t.match(later, '\nthings{kind="y"} 4\n');
  t.notMatch(later, 'things{kind="x"}', 'what has gone is told no more');
});

t.test('anything else is refused', async (t) => {
  const { ask, path } = await start(t);
  t.match(await ask('/'), { code: 404, body: '{"error":"Not Found"}\n' });
  t.match(await ask('/metrics/'), { code: 404 });
  t.match(await ask('/__proto__'), { code: 404 });
  t.match(await ask('/constructor'), { code: 404 });
  t.match(await ask('/metrics', 'POST'), { code: 405 });
  t.match(await ask('/live', 'HEAD'), { code: 200, body: '' });
  const closed = await new Promise((resolve) => {
    const socket = connect(path, () => socket.write('nonsense\r\n\r\n'));
    socket.on('error', () => undefined);
    socket.resume().on('close', resolve);
  });
  t.equal(closed, false, 'whoever does not speak HTTP is cut off');
});

t.test('a check that fails is an answer too, and is in the log only', async (t) => {
  const { ask, started } = await start(t);
  started(() => {
    throw new TypeError('secret detail');
  });
  t.match(await ask('/ready'), { code: 500, body: '{"error":"internal error"}\n' });
  t.match(await ask('/live'), { code: 200 });
});

t.test('where it listens', async (t) => {
  const { close, path } = await start(t, { kind: 'tcp', host: '127.0.0.1', port: 0 });
  await close();
  await t.rejects(start(t, { kind: 'tcp', host: '256.0.0.1', port: 1 }), {
    code: 'ADDRESS_UNAVAILABLE',
  });
  t.ok(path);
});

t.test('without an address there is nothing to open, and measuring costs nothing', async (t) => {
  const closing = new AsyncDisposableStack();
  const { log, records } = captureLog();
  const none = await openMonitoring({ address: undefined, table: TABLE, log }, closing);
  none.meter.count('calls_total', 'a', 'OK');
  none.meter.time('took_seconds', 1);
  none.meter.gauge('things', () => 1);
  none.started(() => ({}));
  none.stopping();
  t.strictSame(records, []);
  await closing.disposeAsync();
});
