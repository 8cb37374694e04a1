import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSpiffeBundleJson } from '@vouchsafe/pki/bundle/spiffe-bundle-json';
import { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import t from 'tap';
import type { Test } from 'tap';
import { readTrustBundle } from '../../../agent/node/bootstrap.ts';
import { systemClock } from '../../../runtime/clock.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { bundleOf } from '../../support/workload-svids.ts';

const TRUST_DOMAIN = TrustDomain.of('example.org');
const ca = await FakeCa.create('example.org', systemClock);
await ca.rotate();
const json = Buffer.from(encodeSpiffeBundleJson(bundleOf(ca))).toString();
const none = Buffer.from(encodeSpiffeBundleJson(TrustBundle.empty(TRUST_DOMAIN))).toString();

function read(t: Test, content: string | Buffer) {
  const path = join(temporaryDirectory(t), 'bundle');
  writeFileSync(path, content);
  return readTrustBundle(path, TRUST_DOMAIN);
}

t.test('the X.509 authorities of a bundle, in PEM or in SPIFFE’s JSON', async (t) => {
  const rows = [
    ['PEM', ca.pem()],
    ['PEM with words around it', `The bundle:\n${ca.pem()}\nThat is all.\n`],
    ['JSON', json],
    ['JSON behind blank lines', `\n\n ${json}`],
  ] as const;
  for (const [name, content] of rows) {
    const authorities = await read(t, content);
    t.equal(authorities.length, 2, name);
    t.ok(authorities.every((authority, i) => authority.equals(ca.certificates[i]!)));
  }
});

t.test('anything else is refused, by the name of the file', async (t) => {
  const rows = [
    ['an empty file', ''],
    ['words', 'trust me'],
    ['half a certificate', ca.pem().slice(0, 300)],
    ['a certificate of nonsense', encodePem('CERTIFICATE', Buffer.from('nonsense'))],
    ['half of the JSON', json.slice(0, -20)],
    ['other JSON', '{"a":1}'],
    ['a bundle without authorities', none],
    ['far too much', Buffer.alloc((4 << 20) + 1, 'x')],
  ] as const;
  for (const [name, content] of rows) {
    await t.rejects(
      read(t, content),
      { code: 'AGENT_BUNDLE_UNREADABLE', message: /\/bundle: / },
      name,
    );
  }
  for (const path of ['/nowhere/bundle', '/dev/zero', '/']) {
    const reading = readTrustBundle(path, TRUST_DOMAIN);
    await t.rejects(reading, { code: 'AGENT_BUNDLE_UNREADABLE' }, path);
  }
});
