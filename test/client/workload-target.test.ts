import t from 'tap';
import { workloadTarget } from '@vouchsafe/client/workload-target';

const ENV = { SPIFFE_ENDPOINT_SOCKET: 'unix:///run/env.sock' };

for (const [name, socket, target] of [
  ['WEP-06 without an option the environment says', undefined, 'unix:/run/env.sock'],
  ['WEP-06 an option wins over the environment', 'unix:///run/x.sock', 'unix:/run/x.sock'],
  ['a path stands for itself', '/run/a b.sock', 'unix:/run/a b.sock'],
  ['WEP-07 a TCP endpoint', 'tcp://127.0.0.1:8000', 'ipv4:127.0.0.1:8000'],
  ['WEP-07 a TCP endpoint at an IPv6 address', 'tcp://[::1]:8000', 'ipv6:[::1]:8000'],
] as const) {
  t.test(name, async (t) => t.equal(workloadTarget(socket, ENV), target));
}

t.test('WEP-06 neither is a clear error', async (t) => {
  t.throws(() => workloadTarget(undefined, {}), { code: 'CLIENT_NO_ENDPOINT' });
  t.throws(() => workloadTarget(undefined, { SPIFFE_ENDPOINT_SOCKET: '' }), {
    code: 'CLIENT_NO_ENDPOINT',
  });
});

for (const socket of [
  'http://127.0.0.1:80',
  'tcp://agent:80',
  'unix://host/run/x.sock',
  'x.sock',
]) {
  t.test(`WEP-07 refuses ${socket}`, async (t) => {
    t.throws(() => workloadTarget(socket, ENV), { code: /^PKI_ENDPOINT_/ });
  });
}
