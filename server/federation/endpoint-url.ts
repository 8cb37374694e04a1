const MAX_URL_LENGTH = 2048;
const SCHEME = /^([a-z][a-z0-9+.-]*):/i;
const AUTHORITY = /^https:\/\/([^/?#]*)/i;

/**
 * Checks where a bundle endpoint may be (SPIFFE Federation §5.2.1): https, with a host and without user info. A target of
 * a redirect has to pass too.
 * @throws TypeError
 */
export function checkEndpointUrl(text: string): void {
  if (text.length > MAX_URL_LENGTH) {
    throw new TypeError(`bundle endpoint URL is longer than ${MAX_URL_LENGTH} characters`);
  }
  // URL takes them out in silence, and would then mean something else than it says.
  if (/[\0-\x20\x7f\\]/.test(text)) {
    throw new TypeError('failed to parse bundle endpoint URL: it has characters that no URL has');
  }
  if (SCHEME.exec(text)?.[1]?.toLowerCase() !== 'https') {
    throw new TypeError('bundle endpoint URL must use the https scheme');
  }
  const authority = AUTHORITY.exec(text)?.[1] ?? '';
  if (authority === '') throw new TypeError('bundle endpoint URL must specify the host');
  if (authority.includes('@')) {
    throw new TypeError('bundle endpoint URL must not contain user info');
  }
  if (!URL.canParse(text)) {
    throw new TypeError('failed to parse bundle endpoint URL: it is no URL');
  }
}
