import t from 'tap';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { systemClock } from '../../../runtime/clock.ts';
import type { Clock } from '../../../runtime/clock.ts';
import { call, newAgent, startTestServer } from '../../support/test-server.ts';

const trust_domain = 'example.org';
let aheadMs = 0;
const clock: Clock = {
  now: () => new Date(systemClock.now().getTime() + aheadMs),
  delay: (ms, signal) => systemClock.delay(ms, signal),
};
const server = await startTestServer(t, { clock });
const debug = server.local('serverDebug');

t.test('DEBUG-INFO-01 what the server has, and since when', async (t) => {
  const empty = await call(debug, debug.GetInfo, {});
  t.match(empty, { agents_count: 0, entries_count: 0, federated_bundles_count: 1 });
  await newAgent(server, { alias: '/node' }); // its alias is an entry
  aheadMs = 90_000;
  const info = await call(debug, debug.GetInfo, {});
  t.match(info, { agents_count: 1, entries_count: 1, federated_bundles_count: 1 });
  t.ok(info.uptime >= 90 && info.uptime < 120, `${info.uptime} s`);
});

t.test('DEBUG-INFO-01 its own SVID, and the authority behind it', async (t) => {
  const bundles = server.local('bundle');
  const bundle = await call(bundles, bundles.GetBundle, {});
  const root = parseCertificate(bundle.x509_authorities[0]!.asn1);
  const { svid_chain: chain } = await call(debug, debug.GetInfo, {});
  t.match(chain, [
    { id: { trust_domain, path: '/spire/server' }, expires_at: /^\d+$/, subject: 'O=SPIRE,C=US' },
    {
      id: { trust_domain, path: '' },
      expires_at: String(root.notAfter.getTime() / 1000),
      subject: /^SERIALNUMBER=\d+,O=SPIFFE,C=US$/,
    },
  ]);
  t.equal(chain.length, 2);
});
