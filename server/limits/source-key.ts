const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
/** Whoever has an IPv6 address has the 2^64 of its network. */
const NETWORK_GROUPS = 4;

/**
 * What the callers behind one source are counted by: its IPv4 address, or its IPv6 network. `address` is host and port;
 * undefined for a Unix socket.
 */
export function sourceKey(address: string): string | undefined {
  const colon = address.lastIndexOf(':');
  if (colon === -1) return undefined;
  const host = address.slice(0, colon).split('%', 1)[0]!;
  const mapped = MAPPED.exec(host);
  if (mapped !== null) return mapped[1];
  return host.includes(':') ? networkOf(host) : host;
}

function networkOf(host: string): string {
  const [head = '', tail] = host.split('::');
  const before = head === '' ? [] : head.split(':');
  if (tail === undefined) return before.slice(0, NETWORK_GROUPS).join(':');
  const after = tail === '' ? [] : tail.split(':');
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return [...before, ...zeros, ...after].slice(0, NETWORK_GROUPS).join(':');
}
