import t from 'tap';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { ServerTrust } from '../../../agent/node/server-trust.ts';
import { agentSvid } from '../../support/agent-svids.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const trustDomain = TrustDomain.of('example.org');
const clock = new FakeClock();
const ca = await FakeCa.create('example.org', clock);
const impostor = await FakeCa.create('example.org', clock);
const foreign = await FakeCa.create('other.org', clock);

const chainOf = async (of: FakeCa, path = '/spire/server', ttlSeconds = 3600) =>
  (await agentSvid(of, { path, ttlSeconds })).chain;
const knowing = (authorities: readonly Certificate[] | undefined) =>
  new ServerTrust({ trustDomain, clock, authorities: () => authorities });

t.test('accepts the server, proven by an authority of the trust domain', async (t) => {
  const chain = await chainOf(ca);
  t.doesNotThrow(() => knowing(ca.certificates).verify(chain));
});

for (const [name, chain] of [
  ['nothing', []],
  ['a server of the right name by another authority', await chainOf(impostor)],
  ['a server of another trust domain', await chainOf(foreign)],
  ['a workload of the trust domain', await chainOf(ca, '/web')],
  ['an agent of the trust domain', await chainOf(ca, '/spire/agent/join_token/x')],
  ['a name below that of the server', await chainOf(ca, '/spire/server/x')],
  ['a name that only starts like it', await chainOf(ca, '/spire/servers')],
  ['a server whose time is over', await chainOf(ca, '/spire/server', -1)],
  ['an authority itself', ca.certificates],
] as const) {
  t.test(`T-13: T-21: refuses ${name}`, (t) => {
    t.throws(() => knowing(ca.certificates).verify(chain));
    t.end();
  });
}

t.test('T-13: the authorities are those of the moment', async (t) => {
  let authorities = ca.certificates;
  const trust = new ServerTrust({ trustDomain, clock, authorities: () => authorities });
  const chain = await chainOf(ca);
  trust.verify(chain);
  authorities = impostor.certificates;
  t.throws(() => trust.verify(chain), { code: 'PKI_SVID_UNTRUSTED' });
});

t.test(
  'T-13: without authorities whoever has the right name is trusted, and nobody else',
  async (t) => {
    const trust = knowing(undefined);
    trust.verify(await chainOf(impostor));
    t.throws(() => trust.verify([]));
    t.throws(() => trust.verify(ca.certificates));
    const workload = await chainOf(ca, '/web');
    t.throws(() => trust.verify(workload));
  },
);

t.test('T-13: who was trusted unproven must be of the bundle that it then sends', async (t) => {
  const trust = knowing(undefined);
  trust.verify(await chainOf(ca));
  t.throws(() => trust.confirm(impostor.certificates));
  trust.confirm(ca.certificates);
  trust.confirm(impostor.certificates);
  t.pass('and is then done with');
});
