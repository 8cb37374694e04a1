import { PkiError } from '../errors.ts';

/** One element of DER: its tag, what it holds, and itself as it stands. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly raw: Uint8Array;
}

/** Universal tags as they are written, the constructed bit included. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** A context-specific tag: constructed (`EXPLICIT`, or `IMPLICIT` over a structure) or primitive. */
export const constructed = (n: number): number => 0xa0 | n;
export const primitive = (n: number): number => 0x80 | n;

/**
 * Reads DER strictly, element after element (X.690 §10): definite lengths in their shortest form, no tag above 30.
 * Structures are entered only where a caller expects them, so no input makes it recurse.
 */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** The one element that the bytes are, nothing behind it. */
  static only(bytes: Uint8Array, tag: number): DerElement {
    const reader = new DerReader(bytes);
    const element = reader.read(tag);
    reader.end();
    return element;
  }

  get isDone(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The tag of the next element; undefined at the end. */
  get nextTag(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** The next element, which must have this tag. @throws PkiError PKI_DER_MALFORMED */
  read(tag: number): DerElement {
    const element = this.readAny();
    if (element.tag !== tag) throw malformed('unexpected tag');
    return element;
  }

  /** The next element if it has this tag. */
  readOptional(tag: number): DerElement | undefined {
    return this.nextTag === tag ? this.readAny() : undefined;
  }

  readAny(): DerElement {
    const start = this.#at;
    const tag = this.#bytes[start];
    if (tag === undefined) throw malformed('ends early');
    if ((tag & 0x1f) === 0x1f) throw malformed('tag is too large');
    const { length, headerLength } = this.#length(start + 1);
    const contentStart = start + 1 + headerLength;
    const end = contentStart + length;
    if (end > this.#bytes.length) throw malformed('ends early');
    this.#at = end;
    return new Slice(this.#bytes, tag, { start, contentStart, end });
  }

  /** A structure with this tag, to be read in turn. */
  enter(tag: number): DerReader {
    return new DerReader(this.read(tag).content);
  }

  /** @throws PkiError PKI_DER_MALFORMED if anything is left */
  end(): void {
    if (!this.isDone) throw malformed('trailing bytes');
  }

  #length(at: number): { length: number; headerLength: number } {
    const first = this.#bytes[at];
    if (first === undefined) throw malformed('ends early');
    if (first < 0x80) return { length: first, headerLength: 1 };
    const count = first & 0x7f;
    // 0 would be the indefinite form; more than three bytes is more than anything that is read here.
    if (count === 0 || count > 3) throw malformed('length');
    let length = 0;
    for (let i = 1; i <= count; i++) {
      const byte = this.#bytes[at + i];
      if (byte === undefined) throw malformed('ends early');
      length = length * 256 + byte;
    }
    const shortest = length >= 0x80 && length >= 256 ** (count - 1);
    if (!shortest) throw malformed('length');
    return { length, headerLength: 1 + count };
  }
}

interface Bounds {
  readonly start: number;
  readonly contentStart: number;
  readonly end: number;
}

/** Cuts out what is asked for, mostly one of the two. */
class Slice implements DerElement {
  readonly tag: number;
  readonly #bytes: Uint8Array;
  readonly #bounds: Bounds;

  constructor(bytes: Uint8Array, tag: number, bounds: Bounds) {
    this.tag = tag;
    this.#bytes = bytes;
    this.#bounds = bounds;
  }

  get content(): Uint8Array {
    return this.#bytes.subarray(this.#bounds.contentStart, this.#bounds.end);
  }

  get raw(): Uint8Array {
    return this.#bytes.subarray(this.#bounds.start, this.#bounds.end);
  }
}

export const malformed = (detail: string): PkiError =>
  new PkiError('PKI_DER_MALFORMED', { detail });
