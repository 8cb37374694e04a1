const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** The field numbers of an encoded message, in order, read by hand. Knows the two wire types that the contract uses. */
export function tagsOf(bytes: Uint8Array): number[] {
  const tags: number[] = [];
  let offset = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[offset++];
      if (byte === undefined) throw new RangeError('cut short');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (offset < bytes.length) {
    const tag = Number(varint());
    tags.push(tag >>> 3);
    const wireType = tag & 7;
    const value = varint();
    if (wireType === LENGTH_DELIMITED) offset += Number(value);
    else if (wireType !== VARINT) throw new RangeError(`wire type ${wireType}`);
  }
  return tags;
}
