import t from 'tap';
import { workloadTarget } from '../../cli/workload-target.ts';
import { fakeTerminal } from '../support/run-cli.ts';

const VARIABLE = 'SPIFFE_ENDPOINT_SOCKET';

t.test('where the Workload API is', (t) => {
  const rows = [
    { socket: '/run/a.sock', address: { kind: 'unix', path: '/run/a.sock' } },
    { socket: 'a.sock', address: { kind: 'unix', path: `${process.cwd()}/a.sock` } },
    { socket: 'unix:///run/a.sock', address: { kind: 'unix', path: '/run/a.sock' } },
    { socket: 'tcp://127.0.0.1:80', address: { kind: 'tcp', host: '127.0.0.1', port: 80 } },
    { env: 'unix:/run/b.sock', address: { kind: 'unix', path: '/run/b.sock' } },
    {
      socket: '/run/a.sock',
      env: 'unix:/run/b.sock',
      address: { kind: 'unix', path: '/run/a.sock' },
    },
  ];
  for (const { socket, env, address } of rows) {
    t.test(`${String(socket)} over ${String(env)}`, async (t) => {
      const { terminal } = fakeTerminal(env === undefined ? {} : { env: { [VARIABLE]: env } });
      t.strictSame(await workloadTarget(socket, terminal), { daemon: 'agent', address });
    });
  }
  t.test('the default, also when the variable is empty', async (t) => {
    const { terminal } = fakeTerminal({ uid: 0, env: { [VARIABLE]: '' } });
    const { address } = await workloadTarget(undefined, terminal);
    t.strictSame(address, { kind: 'unix', path: '/run/vouchsafe/agent/api.sock' });
  });
  t.end();
});

t.test('a wrong one is refused, saying whose fault it is', async (t) => {
  const { terminal } = fakeTerminal({ env: { [VARIABLE]: '/run/a.sock' } });
  await t.rejects(workloadTarget(undefined, terminal), {
    code: 'CLI_USAGE',
    message: /^SPIFFE_ENDPOINT_SOCKET is '\/run\/a\.sock'/,
  });
  await t.rejects(workloadTarget('unix://host/a', terminal), {
    code: 'CLI_USAGE',
    message: /^--socket is /,
  });
  await t.rejects(workloadTarget('tcp://localhost:1', terminal), { code: 'CLI_USAGE' });
});
