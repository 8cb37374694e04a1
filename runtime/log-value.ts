import { describeError } from './errors.ts';

/** Peers choose some of what is logged: a longer text is cut, so that no line can be used to flood the log. */
const MAX_TEXT = 1024;
const MAX_ITEMS = 32;
const MAX_DEPTH = 4;
/** JSON escapes C0 itself; C1, DEL, line ends, directions and halves of characters would go out as they are. */
const UNSAFE = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\p{Cs}]/gu;

/**
 * What a field of a log line holds of a value, as plain data: errors with their causes, texts cut and free of control
 * characters, bytes only counted, since they may be a key.
 */
export function logValue(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
      return logText(value);
    case 'bigint':
      return value.toString();
    case 'object':
      return value === null ? null : objectValue(value, depth);
    case 'function':
    case 'symbol':
      return `[${typeof value}]`;
    default:
      return value;
  }
}

function objectValue(value: object, depth: number): unknown {
  if (value instanceof Error) return errorFields(value);
  if (isBytes(value)) return `${value.byteLength} bytes`;
  if (depth >= MAX_DEPTH) return '…';
  if (Array.isArray(value))
    return value.slice(0, MAX_ITEMS).map((item) => logValue(item, depth + 1));
  if (!isPlain(value)) return logText(printed(value));
  const entries = Object.entries(value).slice(0, MAX_ITEMS);
  return Object.fromEntries(
    entries.map(([key, item]) => [logText(key), logValue(item, depth + 1)]),
  );
}

function isBytes(value: object): value is { readonly byteLength: number } {
  return (
    ArrayBuffer.isView(value) || value instanceof ArrayBuffer || value instanceof SharedArrayBuffer
  );
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** A value of ours (SpiffeId, TrustDomain) prints itself. */
function printed(value: object): string {
  try {
    return value instanceof Date && !Number.isNaN(value.getTime())
      ? value.toISOString()
      : (value as { toString(): string }).toString();
  } catch {
    return '[object]'; // the line matters more than this field of it
  }
}

function errorFields(error: Error): object {
  const code = (error as { code?: unknown }).code;
  return {
    message: logText(describeError(error)),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: logValue(code) } : {}),
  };
}

function logText(text: string): string {
  const cut =
    text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}… (${text.length} characters)` : text;
  return cut.replace(UNSAFE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
