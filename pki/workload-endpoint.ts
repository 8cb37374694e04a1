import { PkiError } from './errors.ts';

/** Where a Workload API is found: a Unix socket, or a TCP port at an IP address. */
export type WorkloadEndpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | {
      readonly kind: 'tcp';
      /** IPv6 addresses without brackets. */
      readonly host: string;
      readonly port: number;
    };

const URI = /^([a-zA-Z][a-zA-Z0-9+.-]*):(.*)$/s;
/** No authority but an empty one, and a path that names something. */
const UNIX_REST = /^(?:\/\/)?(\/[^/?#].*)$/s;
const TCP_REST = /^\/\/(?:(\d+\.\d+\.\d+\.\d+)|\[([0-9a-fA-F:.]+)\]):([1-9]\d{0,4})$/;
const NOT_IN_PATH = /[?#\p{Control}]/u;
const MAX_PORT = 65_535;

const PARSERS = new Map([
  ['unix', parseUnix],
  ['tcp', parseTcp],
]);

/**
 * Reads the URI of a Workload API, as SPIFFE_ENDPOINT_SOCKET carries it (Workload Endpoint §4): `unix:///PATH`,
 * `unix:/PATH` or `tcp://IP:PORT`, the scheme in either case. Never parsed as a URL: to a URL parser `unix://a/b` is
 * a host, and `127.1` an address.
 * @throws PkiError PKI_ENDPOINT_SCHEME, PKI_ENDPOINT_UNIX, PKI_ENDPOINT_TCP
 */
export function parseWorkloadEndpoint(uri: string): WorkloadEndpoint {
  const [, scheme = '', rest = ''] = URI.exec(uri) ?? [];
  const parse = PARSERS.get(scheme.toLowerCase());
  if (parse === undefined) throw new PkiError('PKI_ENDPOINT_SCHEME');
  return parse(rest);
}

function parseUnix(rest: string): WorkloadEndpoint {
  const [, encoded] = UNIX_REST.exec(rest) ?? [];
  const path = encoded === undefined ? undefined : decodePath(encoded);
  if (path === undefined) throw new PkiError('PKI_ENDPOINT_UNIX');
  return { kind: 'unix', path };
}

/** Undoes percent-encoding (RFC 3986 §2.1); undefined for what no path can be. */
function decodePath(encoded: string): string | undefined {
  if (NOT_IN_PATH.test(encoded)) return undefined;
  try {
    const path = decodeURIComponent(encoded);
    return /\p{Control}/u.test(path) ? undefined : path;
  } catch {
    return undefined; // a stray percent sign, or bytes that are no UTF-8
  }
}

function parseTcp(rest: string): WorkloadEndpoint {
  const [, v4, v6, digits] = TCP_REST.exec(rest) ?? [];
  const port = Number(digits);
  const host = v6 ?? v4;
  const isAddress = v6 === undefined ? isIpv4(v4 ?? '') : URL.canParse(`tcp://[${v6}]`);
  if (host === undefined || !isAddress || port > MAX_PORT) throw new PkiError('PKI_ENDPOINT_TCP');
  return { kind: 'tcp', host, port };
}

/** Four numbers up to 255; one with a zero in front is octal to some, so it is none. */
function isIpv4(text: string): boolean {
  return text.split('.').every((part) => String(Math.min(Number(part), 255)) === part);
}
