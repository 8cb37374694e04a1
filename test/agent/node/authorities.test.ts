import t from 'tap';
import type { Test } from 'tap';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeSpiffeBundleJson } from '@vouchsafe/pki/bundle/spiffe-bundle-json';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { Authorities } from '../../../agent/node/authorities.ts';
import { readTrustBundle } from '../../../agent/node/bootstrap.ts';
import { MemoryStore } from '../../support/agent-svids.ts';
import { captureLog } from '../../support/capture-log.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { bundleOf } from '../../support/workload-svids.ts';

const trustDomain = TrustDomain.of('example.org');
const ca = await FakeCa.create('example.org', new FakeClock());
await ca.rotate();
const { certificates } = ca;
const old = await FakeCa.create('example.org', new FakeClock());

function file(t: Test, content: string | Uint8Array): string {
  const path = join(temporaryDirectory(t), 'bundle');
  writeFileSync(path, content);
  return path;
}

t.test('reads PEM and SPIFFE JSON alike', async (t) => {
  const pem = await readTrustBundle(file(t, `a comment\n${ca.pem()}`), trustDomain);
  t.equal(pem.length, 2);
  const json = await readTrustBundle(file(t, encodeSpiffeBundleJson(bundleOf(ca))), trustDomain);
  t.ok(json.every((certificate, i) => certificate.equals(pem[i]!)));
});

for (const [name, content] of [
  ['nothing', ''],
  ['no certificate', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'],
  ['half a certificate', ca.pem().slice(0, 200)],
  ['a certificate of nonsense', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ['JSON of something else', '{"a":1}'],
  ['a bundle without authorities', '{"keys":[]}'],
  ['five megabytes', ' '.repeat(5 << 20)],
] as const) {
  t.test(`F-23: refuses a file with ${name}`, async (t) => {
    const path = file(t, content);
    const expected = { code: 'AGENT_BUNDLE_UNREADABLE', message: path };
    await t.rejects(readTrustBundle(path, trustDomain), expected);
  });
}

interface Options {
  readonly path?: string;
  readonly insecure?: boolean;
  readonly store?: MemoryStore;
}

async function load({ path, insecure = false, store = new MemoryStore() }: Options) {
  const { log, records } = captureLog();
  const config = {
    trust_domain: trustDomain,
    trust_bundle_path: path,
    insecure_bootstrap: insecure,
  };
  return { authorities: await Authorities.load({ config, store, log }), records, store };
}

t.test('starts from what an operator brought, until the server says more', async (t) => {
  const { authorities, store, records } = await load({ path: file(t, old.pem()) });
  t.ok(authorities.current?.[0]?.equals(old.certificates[0]!));
  t.ok(authorities.initial?.[0]?.equals(old.certificates[0]!));
  await authorities.learn(certificates);
  t.strictSame(store.state.authorities, certificates);
  t.equal(authorities.current, certificates);
  t.equal(authorities.initial?.length, 3, 'F-13: to attest, either will do');
  await authorities.learn([...certificates]);
  t.equal(store.states.length, 1, 'what is known is not written again');
  t.strictSame(records, []);
});

t.test('after a restart the file need not be there, though it is missed', async (t) => {
  const store = new MemoryStore({ authorities: certificates });
  const { authorities, records } = await load({ path: '/nowhere/bundle', store });
  t.equal(authorities.current, certificates);
  t.match(records, [{ level: 'warn' }]);
  await t.rejects(load({ path: '/nowhere/bundle' }), { code: 'AGENT_BUNDLE_UNREADABLE' });
});

t.test('T-13: trusts whoever answers only when told so, and only the first time', async (t) => {
  await t.rejects(load({}), { code: 'AGENT_BOOTSTRAP_MISSING' });
  const first = await load({ insecure: true });
  t.equal(first.authorities.current, undefined);
  t.equal(first.authorities.initial, undefined);
  t.match(first.records, [{ level: 'warn', msg: /insecure_bootstrap/ }]);
  const store = new MemoryStore({ authorities: certificates });
  const later = await load({ insecure: true, store });
  t.equal(later.authorities.current, certificates);
  t.equal(later.authorities.initial?.length, 2);
  t.strictSame(later.records, []);
});
