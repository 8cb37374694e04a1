import { join } from 'node:path';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { ensureDirectory } from '../../runtime/directory.ts';
import { writePrivateFile } from '../../runtime/private-file.ts';
import { replaceFile } from './replace-file.ts';
import type { X509Answer } from './x509-answer.ts';

/**
 * Writes what a Workload API answered where other programs find it, under the names that they know from SPIRE:
 * `svid.N.pem`, `svid.N.key` (only this user can read it), `bundle.N.pem`, `federated_bundle.N.M.pem`. Each file is
 * replaced as a whole.
 * @returns the paths written
 * @throws RuntimeError DIRECTORY_UNSAFE, FILE_NOT_WRITTEN
 */
export async function writeX509Files(
  directory: string,
  { svids, federated }: X509Answer,
): Promise<string[]> {
  await ensureDirectory(directory, 0o700);
  const written: string[] = [];
  const write = async (name: string, authorities: readonly Certificate[]): Promise<void> => {
    const path = join(directory, name);
    await replaceFile(path, encodeCertificates(authorities));
    written.push(path);
  };
  for (const [n, { svid, authorities }] of svids.entries()) {
    const keyPath = join(directory, `svid.${n}.key`);
    await writePrivateFile(keyPath, svid.privateKeyPem());
    written.push(keyPath);
    await write(`svid.${n}.pem`, svid.chain);
    await write(`bundle.${n}.pem`, authorities);
    for (const [m, foreign] of federated.entries()) {
      await write(`federated_bundle.${n}.${m}.pem`, foreign.authorities);
    }
  }
  return written;
}

const encodeCertificates = (certificates: readonly Certificate[]): string =>
  certificates.map(({ raw }) => encodePem('CERTIFICATE', raw)).join('');
