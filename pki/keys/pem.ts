import { PkiError } from '../errors.ts';
import { parseBase64 } from '../json/base64.ts';

/** More than any chain, bundle or key needs. */
const MAX_LENGTH = 4 << 20;
const BLOCK =
  /-----BEGIN ([A-Z0-9 ]{1,64})-----\r?\n([A-Za-z0-9+/=\s]*)-----END ([A-Z0-9 ]{1,64})-----/g;

/** One PEM block (RFC 7468), with its line end. */
export function encodePem(label: string, der: Uint8Array): string {
  const base64 = Buffer.from(der).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}

/**
 * The DER of every block with this label, in order; text around the blocks is passed over, other labels too.
 * @throws PkiError PKI_PEM_MALFORMED, PKI_PEM_TOO_LARGE; neither quotes the text
 */
export function parsePem(text: string, label: string): Uint8Array[] {
  if (text.length > MAX_LENGTH) throw new PkiError('PKI_PEM_TOO_LARGE');
  const blocks = [...text.matchAll(BLOCK)];
  if (blocks.length !== text.split('-----BEGIN ').length - 1) {
    throw new PkiError('PKI_PEM_MALFORMED');
  }
  return blocks.flatMap(([, begin, body = '', end]) => {
    if (begin !== end) throw new PkiError('PKI_PEM_MALFORMED');
    const der = parseBase64(body.replace(/\s+/g, ''), 'base64');
    if (der === undefined) throw new PkiError('PKI_PEM_MALFORMED');
    return begin === label ? [der] : [];
  });
}
