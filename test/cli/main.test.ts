import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t from 'tap';
import { call, startTestServer } from '../support/test-server.ts';

const MAIN = new URL('../../cli/main.ts', import.meta.url).pathname;
/** Far more than the kernel buffers between two processes. */
const ENTRIES = 3000;

t.test('all of a long answer reaches its reader before the command exits', async (t) => {
  const server = await startTestServer(t);
  const client = server.local('entry');
  const trust_domain = 'example.org';
  const entries = Array.from({ length: ENTRIES }, (_, index) => ({
    spiffe_id: { trust_domain, path: `/workload-${index}` },
    parent_id: { trust_domain, path: '/node' },
    selectors: [{ type: 'unix', value: 'uid:1000' }],
  }));
  await call(client, client.BatchCreateEntry, { entries });

  const { stdout } = await promisify(execFile)(
    process.execPath,
    [
      ...['--conditions=vouchsafe-source', MAIN, 'entry', 'show', '--output', 'json'],
      ...['--socket', server.socketPath],
    ],
    { maxBuffer: 64 << 20 },
  );
  t.equal((JSON.parse(stdout) as { entries: unknown[] }).entries.length, ENTRIES);
});
