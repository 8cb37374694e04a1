import { isIPv4, isIPv6 } from 'node:net';

/** What the first bytes of a connection say of a PROXY protocol header (HAProxy's specification, versions 1 and 2). */
export type ProxyHeader =
  /** It begins with something else. */
  | { readonly kind: 'none' }
  /** Too little has come to tell. */
  | { readonly kind: 'partial' }
  | {
      readonly kind: 'header';
      /** Bytes before what the client itself has sent. */
      readonly length: number;
      /** Host and port of the client; undefined where the proxy speaks for itself. */
      readonly source: string | undefined;
    };

/** `PROXY TCP6`, two addresses, two ports and the line end. */
const MAX_V1_BYTES = 107;
const V1 = Buffer.from('PROXY ');
const V2 = Buffer.from([0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a]);
const V2_FIXED_BYTES = 16;
/** Addresses take 36 bytes, and proxies add what TLS told them; a page of that is more than anybody sends. */
const MAX_V2_BYTES = 4096;
const LOCAL = 0x20;
const PROXY = 0x21;
const TCP4 = 0x11;
const TCP6 = 0x21;

/** @throws TypeError for a header that cannot be understood */
export function readProxyHeader(bytes: Buffer): ProxyHeader {
  if (startsLike(bytes, V2)) return readV2(bytes);
  if (startsLike(bytes, V1)) return readV1(bytes);
  return { kind: 'none' };
}

const PARTIAL: ProxyHeader = { kind: 'partial' };

/** As far as there is anything of either. */
function startsLike(bytes: Buffer, signature: Buffer): boolean {
  const length = Math.min(bytes.length, signature.length);
  return bytes.subarray(0, length).equals(signature.subarray(0, length));
}

function readV1(bytes: Buffer): ProxyHeader {
  const end = bytes.subarray(0, MAX_V1_BYTES).indexOf('\r\n');
  if (end < 0) {
    if (bytes.length >= MAX_V1_BYTES) throw new TypeError('the line of the header has no end');
    return PARTIAL;
  }
  const length = end + 2;
  const [, family, source, , port, ...rest] = bytes.toString('latin1', 0, end).split(' ');
  if (family === 'UNKNOWN') return { kind: 'header', length, source: undefined };
  const isAddress = { TCP4: isIPv4, TCP6: isIPv6 }[family ?? ''];
  const isWhole = isAddress?.(source ?? '') === true && /^\d{1,5}$/.test(port ?? '');
  if (!isWhole || rest.length !== 1) throw new TypeError('the line of the header is malformed');
  return { kind: 'header', length, source: `${source!}:${Number(port)}` };
}

function readV2(bytes: Buffer): ProxyHeader {
  if (bytes.length < V2_FIXED_BYTES) return PARTIAL;
  const [command, family] = [bytes[12]!, bytes[13]!];
  const length = V2_FIXED_BYTES + bytes.readUInt16BE(14);
  if (length > MAX_V2_BYTES) throw new TypeError('the header is too long');
  if (command !== LOCAL && command !== PROXY)
    throw new TypeError('the header has no known command');
  if (bytes.length < length) return PARTIAL;
  const addresses = bytes.subarray(V2_FIXED_BYTES, length);
  const source = command === LOCAL ? undefined : sourceOf(family, addresses);
  return { kind: 'header', length, source };
}

/** Of another kind of network there is no address that is ours to know. */
function sourceOf(family: number, addresses: Buffer): string | undefined {
  if (family !== TCP4 && family !== TCP6) return undefined;
  const size = family === TCP4 ? 4 : 16;
  if (addresses.length < 2 * size + 4) throw new TypeError('the header is too short');
  const port = addresses.readUInt16BE(2 * size);
  const source = addresses.subarray(0, size);
  if (family === TCP4) return `${[...source].join('.')}:${port}`;
  const groups = Array.from({ length: 8 }, (_, at) => source.readUInt16BE(2 * at).toString(16));
  return `${groups.join(':')}:${port}`;
}
