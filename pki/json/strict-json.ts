import { isUtf8 } from 'node:buffer';
import { PkiError } from '../errors.ts';

/** A JSON value as it was written: an integer that a double cannot hold comes as a bigint. */
export type JsonValue = null | boolean | number | bigint | string | JsonArray | JsonObject;
/** A JSON array; read-only, so narrow with isJsonArray. */
export type JsonArray = readonly JsonValue[];

/** Has no prototype, so `__proto__` is a member like any other and nothing is inherited. */
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

/** Where parsing ends. */
export interface JsonLimits {
  readonly maxBytes: number;
  /** How many arrays and objects may stand inside each other. */
  readonly maxDepth: number;
}

/**
 * Reads one JSON text (RFC 8259) of which there is one reading only (RFC 7493): a name that an object has twice, half
 * a surrogate pair, a byte order mark and a number beyond a double are refused, where JSON.parse would pick a meaning.
 * @throws PkiError PKI_JSON_*
 */
export function parseStrictJson(bytes: Uint8Array, limits: JsonLimits): JsonValue {
  if (bytes.length > limits.maxBytes) throw new PkiError('PKI_JSON_TOO_LARGE');
  if (!isUtf8(bytes)) throw new PkiError('PKI_JSON_ENCODING');
  // Unlike TextDecoder, Buffer keeps a byte order mark, which then is no JSON.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return new JsonReader(text, limits.maxDepth).document();
}

/** As parseStrictJson, for a text that must be an object. @throws PkiError PKI_JSON_* */
export function parseJsonObject(bytes: Uint8Array, limits: JsonLimits): JsonObject {
  const value = parseStrictJson(bytes, limits);
  if (!isJsonObject(value)) throw new PkiError('PKI_JSON_NOT_OBJECT');
  return value;
}

/** Whether the value is an object, not null and no array. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isJsonArray(value);
}

/** Array.isArray does not narrow readonly arrays. */
export function isJsonArray(value: JsonValue | undefined): value is JsonArray {
  return Array.isArray(value);
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const SPACE = 0x20;

const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const LONE_SURROGATE = /\p{Surrogate}/u;
const LITERALS: readonly (readonly [text: string, value: JsonValue])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];

class JsonReader {
  readonly #text: string;
  readonly #maxDepth: number;
  #at = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  document(): JsonValue {
    const value = this.#value(0);
    this.#skipSpace();
    if (this.#at !== this.#text.length) throw this.#malformed();
    return value;
  }

  #value(depth: number): JsonValue {
    this.#skipSpace();
    const first = this.#text.charCodeAt(this.#at);
    if (first === QUOTE) return this.#string();
    if (first === OPEN_OBJECT) return this.#object(this.#deeper(depth));
    if (first === OPEN_ARRAY) return this.#array(this.#deeper(depth));
    return this.#isNumber(first) ? this.#number() : this.#literal();
  }

  #object(depth: number): JsonObject {
    const object = Object.create(null) as Record<string, JsonValue>;
    this.#at++;
    if (this.#skips(CLOSE_OBJECT)) return object;
    do {
      this.#skipSpace();
      if (this.#text.charCodeAt(this.#at) !== QUOTE) throw this.#malformed();
      const name = this.#string();
      if (name in object) throw new PkiError('PKI_JSON_DUPLICATE_NAME', { detail: this.#place() });
      if (!this.#skips(COLON)) throw this.#malformed();
      object[name] = this.#value(depth);
    } while (this.#skips(COMMA));
    if (!this.#skips(CLOSE_OBJECT)) throw this.#malformed();
    return object;
  }

  #array(depth: number): JsonArray {
    const array: JsonValue[] = [];
    this.#at++;
    if (this.#skips(CLOSE_ARRAY)) return array;
    do array.push(this.#value(depth));
    while (this.#skips(COMMA));
    if (!this.#skips(CLOSE_ARRAY)) throw this.#malformed();
    return array;
  }

  #string(): string {
    const start = this.#at;
    let at = start + 1;
    let hasEscape = false;
    for (;;) {
      const code = this.#text.charCodeAt(at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        hasEscape = true;
        at++;
      } else if (!(code >= SPACE)) {
        throw this.#malformed(); // a control character, or NaN at the end
      }
      at++;
    }
    this.#at = at + 1;
    if (hasEscape) return this.#unescape(this.#text.slice(start, at + 1));
    return this.#text.slice(start + 1, at);
  }

  #unescape(quoted: string): string {
    let text;
    try {
      text = JSON.parse(quoted) as string;
    } catch (cause) {
      throw this.#malformed(cause);
    }
    // Well-formed UTF-8 holds no half pairs: only \u can write one.
    if (LONE_SURROGATE.test(text)) throw new PkiError('PKI_JSON_ENCODING');
    return text;
  }

  #isNumber(first: number): boolean {
    return (first >= 0x30 && first <= 0x39) || first === 0x2d;
  }

  #number(): number | bigint {
    NUMBER.lastIndex = this.#at;
    const match = NUMBER.exec(this.#text);
    if (match === null) throw this.#malformed();
    this.#at = NUMBER.lastIndex;
    const [text, fraction, exponent] = match;
    const value = Number(text);
    if (!Number.isFinite(value)) throw new PkiError('PKI_JSON_NUMBER', { detail: this.#place() });
    const isInteger = fraction === undefined && exponent === undefined;
    return isInteger && !Number.isSafeInteger(value) ? BigInt(text) : value;
  }

  #literal(): JsonValue {
    for (const [text, value] of LITERALS) {
      if (!this.#text.startsWith(text, this.#at)) continue;
      this.#at += text.length;
      return value;
    }
    throw this.#malformed();
  }

  #deeper(depth: number): number {
    if (depth >= this.#maxDepth) throw new PkiError('PKI_JSON_TOO_DEEP');
    return depth + 1;
  }

  #skips(code: number): boolean {
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== code) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== SPACE && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }

  #malformed(cause?: unknown): PkiError {
    return new PkiError('PKI_JSON_SYNTAX', { detail: this.#place(), cause });
  }

  #place(): string {
    return `at character ${this.#at}`;
  }
}
