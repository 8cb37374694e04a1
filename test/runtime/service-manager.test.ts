import koffi from 'koffi';
import { join } from 'node:path';
import t from 'tap';
import { notifyServiceManager } from '../../runtime/service-manager.ts';
import { temporaryDirectory } from '../support/socket-path.ts';

interface Teardown {
  teardown(cleanUp: () => void): unknown;
}

const libc = koffi.load('libc.so.6');
const socket = libc.func('int socket(int, int, int)');
const bind = libc.func('int bind(int, uint8_t *, uint32_t)');
const recv = libc.func('long recv(int, _Out_ uint8_t *, size_t, int)');
const close = libc.func('int close(int)');

const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;

/** systemd's end: the messages that have come. The name of the socket is `path`, NUL for @. */
function receive(t: Teardown, path: string): () => string[] {
  const fd = Number(socket(1, SOCK_DGRAM, 0));
  t.teardown(() => void close(fd));
  const name = Buffer.from(path.replace(/^@/, '\0'));
  const address = Buffer.concat([Buffer.from([1, 0]), name]);
  if (bind(fd, address, address.length) !== 0) throw new Error(`cannot bind ${path}`);
  return () => {
    const messages: string[] = [];
    const buffer = Buffer.alloc(1024);
    for (;;) {
      const length = Number(recv(fd, buffer, buffer.length, MSG_DONTWAIT));
      if (length < 0) return messages;
      messages.push(buffer.toString('utf8', 0, length));
    }
  };
}

t.test('tells systemd at a path, and in the abstract namespace', (t) => {
  for (const path of [join(temporaryDirectory(t), 'notify'), `@vouchsafe-test-${process.pid}`]) {
    const received = receive(t, path);
    notifyServiceManager(path, 'READY=1');
    notifyServiceManager(path, 'STOPPING=1');
    t.same(received(), ['READY=1', 'STOPPING=1'], path);
  }
  t.end();
});

t.test('works no worse when nobody wants to know, or can', (t) => {
  const directory = temporaryDirectory(t);
  for (const path of [
    undefined,
    '',
    'relative',
    '@',
    '/',
    join(directory, 'none'),
    `/${'x'.repeat(200)}`,
    'vsock:2:1234',
  ]) {
    t.doesNotThrow(() => notifyServiceManager(path, 'READY=1'), String(path));
  }
  t.end();
});

t.test('does not wait for a service manager that does not read', (t) => {
  const path = join(temporaryDirectory(t), 'notify');
  const received = receive(t, path);
  for (let i = 0; i < 5000; i++) notifyServiceManager(path, `STATUS=${i}`);
  t.ok(received().length < 5000, 'what did not fit is dropped');
  t.end();
});
