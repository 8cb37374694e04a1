import t from 'tap';
import { checkEndpointUrl } from '../../../server/federation/endpoint-url.ts';

t.test('FED-14 FED-23 where a bundle endpoint may be', (t) => {
  for (const url of [
    'https://example.org',
    'https://example.org:8443/some/path?and=query',
    'HTTPS://EXAMPLE.ORG/',
    'https://192.0.2.1/',
    'https://[2001:db8::1]:8443/',
    'https://example.org/a@b',
  ]) {
    t.doesNotThrow(() => checkEndpointUrl(url), url);
  }
  for (const [url, message] of [
    ['', /must use the https scheme/],
    ['example.org', /must use the https scheme/],
    ['http://example.org', /must use the https scheme/],
    ['file:///etc/passwd', /must use the https scheme/],
    ['https://', /must specify the host/],
    ['https:///path', /must specify the host/],
    ['https:example.org', /must specify the host/],
    ['https://user@example.org', /must not contain user info/],
    ['https://user:password@example.org/', /must not contain user info/],
    ['https://exa mple.org/', /failed to parse/],
    ['https://example.org/\n', /failed to parse/],
    ['https:\\\\example.org', /failed to parse/],
    ['https://example.org:99999/', /failed to parse/],
    [`https://example.org/${'x'.repeat(2048)}`, /longer than 2048 characters/],
  ] as const) {
    t.throws(() => checkEndpointUrl(url), { message }, url.slice(0, 60));
  }
  t.end();
});
