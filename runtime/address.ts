/** Where a daemon listens or is found: a TCP host and port, or a Unix socket. */
export type Address =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

const HOST_PORT = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]/\s]+)):(\d{1,5})$/;
/** A second slash in front would be the host of a URL, which a socket does not have. */
const ABSOLUTE_PATH = /^\/[^/]/;
/** sockaddr_un holds 108 bytes, the last of them NUL. */
export const MAX_UNIX_PATH_BYTES = 107;

/** Reads `HOST:PORT`, `[IPV6]:PORT` or `unix:PATH` (absolute); undefined when it is none of them. */
export function parseAddress(text: string): Address | undefined {
  if (text.startsWith('unix:')) {
    const path = text.slice('unix:'.length).replace(/^\/\/(?=\/)/, '');
    const fits = Buffer.byteLength(path) <= MAX_UNIX_PATH_BYTES;
    return fits && ABSOLUTE_PATH.test(path) ? { kind: 'unix', path } : undefined;
  }
  const match = HOST_PORT.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65_535) return undefined;
  return { kind: 'tcp', host: match[1] ?? match[2]!, port };
}

export function formatAddress(address: Address): string {
  if (address.kind === 'unix') return `unix:${address.path}`;
  return address.host.includes(':')
    ? `[${address.host}]:${address.port}`
    : `${address.host}:${address.port}`;
}
