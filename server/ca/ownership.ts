import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { AuthorityStore } from '../datastore/datastore.ts';
import { DatastoreError } from '../datastore/errors.ts';

/**
 * Refuses a database in which another trust domain has its authorities: they would sign here for whatever name the
 * server was started with.
 * @throws DatastoreError DATASTORE_FOREIGN, DATASTORE_CORRUPT
 */
export async function checkOwner(
  store: Pick<AuthorityStore, 'ofAllServers'>,
  { trustDomain, directory }: { readonly trustDomain: TrustDomain; readonly directory: string },
): Promise<void> {
  for (const { kind, publicPart } of await store.ofAllServers()) {
    if (kind !== 'x509') continue;
    const owner = trustDomainOf(publicPart, directory);
    if (owner === trustDomain.id) continue;
    const remedy = `start the server with it, or choose another data directory`;
    throw new DatastoreError(
      'DATASTORE_FOREIGN',
      `${directory} has authorities of ${owner}, not of ${trustDomain.id}; ${remedy}`,
    );
  }
}

function trustDomainOf(certificate: Uint8Array, directory: string): string | undefined {
  try {
    return parseCertificate(certificate).uriNames[0];
  } catch (cause) {
    const remedy = 'restore a backup of the directory';
    const detail = `${directory}: the certificate of an authority cannot be read; ${remedy}`;
    throw new DatastoreError('DATASTORE_CORRUPT', detail, { cause });
  }
}
