import t from 'tap';
import { readProxyHeader } from '../../../server/endpoints/proxy-header.ts';

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

function v2(command: number, family: number, addresses: Buffer | string): Buffer {
  const body = typeof addresses === 'string' ? Buffer.from(addresses, 'hex') : addresses;
  const head = Buffer.from([command, family, 0, 0]);
  head.writeUInt16BE(body.length, 2);
  return Buffer.concat([SIGNATURE, head, body]);
}

const TCP4 = 'c0000201' + 'c6336401' + '1f90' + '01bb';
const TCP6 = '20010db8000000000000000000000001' + '20010db8000000000000000000000002' + '1f9001bb';

const headers: readonly [string, Buffer, string | undefined][] = [
  ['v1 IPv4', Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.1 8080 443\r\n'), '192.0.2.1:8080'],
  ['v1 IPv6', Buffer.from('PROXY TCP6 2001:db8::1 2001:db8::2 8080 443\r\n'), '2001:db8::1:8080'],
  ['v1 unknown', Buffer.from('PROXY UNKNOWN\r\n'), undefined],
  ['v1 unknown with more', Buffer.from('PROXY UNKNOWN ff:: ff:: 1 2\r\n'), undefined],
  ['v2 IPv4', v2(0x21, 0x11, TCP4), '192.0.2.1:8080'],
  ['v2 IPv4 with more', v2(0x21, 0x11, `${TCP4}030004a9b87e8f`), '192.0.2.1:8080'],
  ['v2 IPv6', v2(0x21, 0x21, TCP6), '2001:db8:0:0:0:0:0:1:8080'],
  ['v2 of the proxy itself', v2(0x20, 0x00, ''), undefined],
  ['v2 of the proxy itself, with addresses', v2(0x20, 0x11, TCP4), undefined],
  ['v2 of another network', v2(0x21, 0x31, Buffer.alloc(216)), undefined],
];

t.test('headers, however much of what follows has come', (t) => {
  for (const [name, header, source] of headers) {
    const expected = { kind: 'header', length: header.length, source };
    t.strictSame(readProxyHeader(header), expected, name);
    const more = Buffer.concat([header, Buffer.from([0x16, 0x03, 0x01])]);
    t.strictSame(readProxyHeader(more), expected, name);
    for (let length = 1; length < header.length; length++) {
      t.match(readProxyHeader(header.subarray(0, length)), { kind: 'partial' }, name);
    }
  }
  t.end();
});

t.test('what is none', (t) => {
  for (const bytes of ['160301', '47455420', '504f5354', '0d0a0d0b', '50524f5859ff']) {
    t.match(readProxyHeader(Buffer.from(bytes, 'hex')), { kind: 'none' }, bytes);
  }
  t.end();
});

t.test('what cannot be understood', (t) => {
  const bad: readonly [string, Buffer][] = [
    ['a line without end', Buffer.from(`PROXY TCP4 ${'1'.repeat(200)}`)],
    ['no addresses', Buffer.from('PROXY TCP4\r\n')],
    ['no port', Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.1\r\n')],
    ['an address of another family', Buffer.from('PROXY TCP4 ::1 ::1 1 2\r\n')],
    ['a name', Buffer.from('PROXY TCP4 localhost localhost 1 2\r\n')],
    ['a port that is none', Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.1 x 2\r\n')],
    ['another family', Buffer.from('PROXY UDP4 192.0.2.1 198.51.100.1 1 2\r\n')],
    ['__proto__', Buffer.from('PROXY __proto__ 192.0.2.1 198.51.100.1 1 2\r\n')],
    ['more words', Buffer.from('PROXY TCP4 192.0.2.1 198.51.100.1 1 2 3\r\n')],
    ['another version', v2(0x31, 0x11, TCP4)],
    ['another command', v2(0x22, 0x11, TCP4)],
    ['too few addresses', v2(0x21, 0x11, TCP4.slice(0, -2))],
    ['too few addresses of IPv6', v2(0x21, 0x21, TCP4)],
    ['too long', v2(0x21, 0x11, Buffer.alloc(5000)).subarray(0, 20)],
  ];
  for (const [name, bytes] of bad) t.throws(() => readProxyHeader(bytes), TypeError, name);
  t.end();
});
