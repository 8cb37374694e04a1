/**
 * The bytes of a base64 text in its one canonical spelling, else undefined: Buffer alone skips what it does not know,
 * takes either alphabet, and ignores missing padding and stray bits at the end.
 */
export function parseBase64(
  text: string,
  encoding: 'base64' | 'base64url',
): Uint8Array | undefined {
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text ? bytes : undefined;
}
