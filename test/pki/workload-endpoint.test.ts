import t from 'tap';
import fc from 'fast-check';
import { parseWorkloadEndpoint } from '@vouchsafe/pki/workload-endpoint';

const unix = (path: string) => ({ kind: 'unix', path });
const tcp = (host: string, port: number) => ({ kind: 'tcp', host, port });

const accepted: readonly (readonly [id: string, uri: string, endpoint: object])[] = [
  ['SOC-01', 'unix:///run/spire/agent.sock', unix('/run/spire/agent.sock')],
  ['SOC-02', 'unix:/run/spire/agent.sock', unix('/run/spire/agent.sock')],
  ['SOC-07', 'tcp://127.0.0.1:8000', tcp('127.0.0.1', 8000)],
  ['SOC-07', 'tcp://[::1]:8000', tcp('::1', 8000)],
  ['SOC-07', 'tcp://[::ffff:10.0.0.1]:65535', tcp('::ffff:10.0.0.1', 65_535)],
  ['SOC-07', 'tcp://0.0.0.0:1', tcp('0.0.0.0', 1)],
  ['SOC-12', 'UNIX:///x', unix('/x')],
  ['SOC-12', 'TCP://127.0.0.1:1', tcp('127.0.0.1', 1)],
  ['a percent-encoded path', 'unix:///run/my%20dir/%C3%A9', unix('/run/my dir/é')],
  ['a path that reads as more than it is', 'unix:/a:b@c', unix('/a:b@c')],
];

const refused: readonly (readonly [id: string, uri: string, code: string])[] = [
  ['SOC-03', 'unix://host/path', 'PKI_ENDPOINT_UNIX'],
  ['SOC-04', 'unix:relative.sock', 'PKI_ENDPOINT_UNIX'],
  ['SOC-04', 'unix://relative.sock', 'PKI_ENDPOINT_UNIX'],
  ['SOC-04', 'unix:./a', 'PKI_ENDPOINT_UNIX'],
  ['SOC-05', 'unix:///a?x=1', 'PKI_ENDPOINT_UNIX'],
  ['SOC-05', 'unix:///a?', 'PKI_ENDPOINT_UNIX'],
  ['SOC-05', 'unix:///a#f', 'PKI_ENDPOINT_UNIX'],
  ['SOC-05', 'unix:/a#', 'PKI_ENDPOINT_UNIX'],
  ['SOC-05', 'unix://u@/a', 'PKI_ENDPOINT_UNIX'],
  ['SOC-06', 'unix:', 'PKI_ENDPOINT_UNIX'],
  ['SOC-06', 'unix://', 'PKI_ENDPOINT_UNIX'],
  ['SOC-06', 'unix:/', 'PKI_ENDPOINT_UNIX'],
  ['SOC-06', 'unix:///', 'PKI_ENDPOINT_UNIX'],
  ['SOC-08', 'tcp://127.0.0.1:8000/', 'PKI_ENDPOINT_TCP'],
  ['SOC-08', 'tcp://127.0.0.1:8000/foo', 'PKI_ENDPOINT_TCP'],
  ['SOC-08', 'tcp://127.0.0.1:8000?x', 'PKI_ENDPOINT_TCP'],
  ['SOC-08', 'tcp://127.0.0.1:8000#f', 'PKI_ENDPOINT_TCP'],
  ['SOC-08', 'tcp://u@127.0.0.1:8000', 'PKI_ENDPOINT_TCP'],
  ['SOC-09', 'tcp://127.0.0.1', 'PKI_ENDPOINT_TCP'],
  ['SOC-09', 'tcp://127.0.0.1:', 'PKI_ENDPOINT_TCP'],
  ['SOC-09', 'tcp://:8000', 'PKI_ENDPOINT_TCP'],
  ['SOC-09', 'tcp://', 'PKI_ENDPOINT_TCP'],
  ['SOC-10', 'tcp://localhost:8000', 'PKI_ENDPOINT_TCP'],
  ['SOC-10', 'tcp://broker.example.com:8443', 'PKI_ENDPOINT_TCP'],
  ['SOC-11', 'tcp:1.2.3.4:5', 'PKI_ENDPOINT_TCP'],
  ['SOC-12', '/run/spire/agent.sock', 'PKI_ENDPOINT_SCHEME'],
  ['SOC-12', 'http://127.0.0.1:80', 'PKI_ENDPOINT_SCHEME'],
  ['nothing', '', 'PKI_ENDPOINT_SCHEME'],
  ['a space in front', ' unix:///a', 'PKI_ENDPOINT_SCHEME'],
  ['a pipe of Windows', 'npipe:agent', 'PKI_ENDPOINT_SCHEME'],
  ['a line end behind', 'unix:///a\n', 'PKI_ENDPOINT_UNIX'],
  ['NUL', 'unix:///a%00b', 'PKI_ENDPOINT_UNIX'],
  ['a stray percent sign', 'unix:///a%', 'PKI_ENDPOINT_UNIX'],
  ['percent-encoding that is no UTF-8', 'unix:///%ff', 'PKI_ENDPOINT_UNIX'],
  ['port 0', 'tcp://127.0.0.1:0', 'PKI_ENDPOINT_TCP'],
  ['port 65536', 'tcp://127.0.0.1:65536', 'PKI_ENDPOINT_TCP'],
  ['a port with a zero in front', 'tcp://127.0.0.1:08000', 'PKI_ENDPOINT_TCP'],
  ['a line end behind a port', 'tcp://127.0.0.1:8000\n', 'PKI_ENDPOINT_TCP'],
  ['an address with an octal part', 'tcp://127.0.0.01:8000', 'PKI_ENDPOINT_TCP'],
  ['an address cut short', 'tcp://127.1:8000', 'PKI_ENDPOINT_TCP'],
  ['an address as one number', 'tcp://2130706433:8000', 'PKI_ENDPOINT_TCP'],
  ['an address that does not exist', 'tcp://127.0.0.256:8000', 'PKI_ENDPOINT_TCP'],
  ['an IPv6 address without brackets', 'tcp://::1:8000', 'PKI_ENDPOINT_TCP'],
  ['no IPv6 address', 'tcp://[1::2::3]:8000', 'PKI_ENDPOINT_TCP'],
  ['an IPv6 zone', 'tcp://[fe80::1%25eth0]:8000', 'PKI_ENDPOINT_TCP'],
];

for (const [id, uri, endpoint] of accepted) {
  t.test(`${id} WEP-07 accepts ${uri}`, (t) => {
    t.strictSame(parseWorkloadEndpoint(uri), endpoint);
    t.end();
  });
}

for (const [id, uri, code] of refused) {
  t.test(`${id} WEP-07 refuses ${JSON.stringify(uri)}`, (t) => {
    t.throws(() => parseWorkloadEndpoint(uri), { code });
    t.end();
  });
}

t.test('any text is an absolute path, an address with its port, or refused', (t) => {
  const text = fc
    .tuple(fc.constantFrom('unix:', 'unix://', 'tcp://', 'tcp://[', ''), fc.string())
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (uri) => {
      try {
        const endpoint = parseWorkloadEndpoint(uri);
        if (endpoint.kind === 'unix') return /^\/[^\0]+$/s.test(endpoint.path);
        return endpoint.port > 0 && endpoint.port < 65_536 && endpoint.host !== '';
      } catch (error) {
        return /^PKI_ENDPOINT_/.test((error as { code: string }).code);
      }
    }),
    { numRuns: 2000 },
  );
  t.end();
});
