import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import t from 'tap';
import { checkOwner } from '../../../server/ca/ownership.ts';
import { TRUST_DOMAIN } from '../../support/server-entries.ts';
import { newDisk, openAuthorities } from '../../support/test-authorities.ts';

const directory = '/var/lib/server';
const own = { trustDomain: TRUST_DOMAIN, directory };
const other = { trustDomain: TrustDomain.of('other.org'), directory };

t.test('authorities belong to the trust domain they were made for', async (t) => {
  const { datastore, x509, jwt } = await openAuthorities(t, newDisk(t));
  await checkOwner(datastore.authorities, other);
  await x509.rotate();
  await jwt.rotate();
  await checkOwner(datastore.authorities, own);
  await t.rejects(checkOwner(datastore.authorities, other), {
    code: 'DATASTORE_FOREIGN',
    message:
      /\/var\/lib\/server has authorities of spiffe:\/\/example\.org, not of spiffe:\/\/other\.org; start/,
  });
});

t.test('a certificate that cannot be read is damage, with a remedy', async (t) => {
  const { datastore, x509 } = await openAuthorities(t, newDisk(t));
  await x509.rotate();
  const damaged = (await datastore.authorities.all()).map((stored) => ({
    ...stored,
    publicPart: stored.publicPart.subarray(1),
  }));
  await t.rejects(checkOwner({ ofAllServers: () => Promise.resolve(damaged) }, own), {
    code: 'DATASTORE_CORRUPT',
    message: /restore a backup/,
  });
});
