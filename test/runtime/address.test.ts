import t from 'tap';
import { MAX_UNIX_PATH_BYTES, formatAddress, parseAddress } from '../../runtime/address.ts';
import type { Address } from '../../runtime/address.ts';

const longest = `/${'a'.repeat(MAX_UNIX_PATH_BYTES - 1)}`;

const good: readonly (readonly [text: string, address: Address, canonical?: string])[] = [
  ['127.0.0.1:8081', { kind: 'tcp', host: '127.0.0.1', port: 8081 }],
  ['server.example.org:443', { kind: 'tcp', host: 'server.example.org', port: 443 }],
  ['0.0.0.0:0', { kind: 'tcp', host: '0.0.0.0', port: 0 }],
  ['host:65535', { kind: 'tcp', host: 'host', port: 65_535 }],
  ['[::1]:8081', { kind: 'tcp', host: '::1', port: 8081 }],
  ['[::ffff:10.0.0.1]:1', { kind: 'tcp', host: '::ffff:10.0.0.1', port: 1 }],
  ['unix:/run/agent.sock', { kind: 'unix', path: '/run/agent.sock' }],
  ['unix:///run/agent.sock', { kind: 'unix', path: '/run/agent.sock' }, 'unix:/run/agent.sock'],
  [`unix:${longest}`, { kind: 'unix', path: longest }],
];

t.test('reads where something listens, and writes it back', (t) => {
  for (const [text, address, canonical = text] of good) {
    t.same(parseAddress(text), address, text);
    t.equal(formatAddress(address), canonical);
  }
  t.end();
});

const bad: readonly (readonly [why: string, text: string])[] = [
  ['nothing', ''],
  ['no port', 'host'],
  ['an empty port', 'host:'],
  ['no host', ':8081'],
  ['a port that does not exist', 'host:65536'],
  ['a port of six digits', 'host:100000'],
  ['a negative port', 'host:-1'],
  ['a named port', 'host:https'],
  ['an IPv6 address without brackets', '::1:8081'],
  ['a bracket left open', '[::1:8081'],
  ['a URL', 'http://host:80'],
  ['a path behind the port', 'host:80/x'],
  ['a space', 'my host:80'],
  ['a line end', 'host:80\n'],
  ['a socket without a path', 'unix:'],
  ['the root directory', 'unix:/'],
  ['a relative path', 'unix:run/agent.sock'],
  ['a host in front of the path', 'unix://host/agent.sock'],
  ['a path longer than the kernel takes', `unix:${longest}a`],
  ['a path longer than that in bytes only', `unix:/${'é'.repeat(60)}`],
];

t.test('refuses what is none', (t) => {
  for (const [why, text] of bad) t.equal(parseAddress(text), undefined, why);
  t.end();
});
