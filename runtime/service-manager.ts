import koffi from 'koffi';

const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 0o2000002;
/** A service manager that does not read is not worth a daemon that stands still. */
const MSG_DONTWAIT = 0x40;
const MAX_PATH_BYTES = 107;

const libc = koffi.load('libc.so.6');
const socket = libc.func('int socket(int, int, int)');
const sendto = libc.func('long sendto(int, uint8_t *, size_t, int, uint8_t *, uint32_t)');
const close = libc.func('int close(int)');

/**
 * Tells systemd what this service is doing (sd_notify(3)): `READY=1`, `STOPPING=1`. `socketPath` is what NOTIFY_SOCKET
 * says; without it nobody wants to know. A service works no worse when nobody hears of it, so failures are not told.
 */
export function notifyServiceManager(socketPath: string | undefined, state: string): void {
  const address = socketPath === undefined ? undefined : encodeAddress(socketPath);
  if (address === undefined) return;
  // Node.js has no Unix datagram sockets.
  const fd = Number(socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0));
  if (fd < 0) return;
  const message = Buffer.from(state);
  sendto(fd, message, message.length, MSG_DONTWAIT, address, address.length);
  close(fd);
}

/** A sockaddr_un; a leading @ stands for the NUL of the abstract namespace. */
function encodeAddress(path: string): Buffer | undefined {
  const name = Buffer.from(path);
  if (!/^[/@]./.test(path) || name.length > MAX_PATH_BYTES) return undefined;
  const address = Buffer.alloc(2 + name.length + (path.startsWith('@') ? 0 : 1));
  address.writeUInt16LE(AF_UNIX, 0);
  name.copy(address, 2);
  if (path.startsWith('@')) address[2] = 0;
  return address;
}
