import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { encodeSpiffeBundleJson } from '@vouchsafe/pki/bundle/spiffe-bundle-json';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { toProtoJson } from '@vouchsafe/proto/json';
import { parseBundle } from '../../agent/sync/messages.ts';
import { adminTarget, withConnection } from '../connect.ts';
import { showTime } from '../messages.ts';
import { print } from '../output.ts';
import type { OutputFormat, Table } from '../output.ts';
import type { Invocation } from '../verb.ts';
import type { BundleFormat } from './format.ts';

interface ShowBundleFlags {
  readonly socket?: string;
  readonly trustDomain?: TrustDomain;
  readonly format?: BundleFormat;
  readonly output?: OutputFormat;
}

const ENCODERS: Readonly<Record<BundleFormat, (bundle: TrustBundle) => string>> = {
  pem: encodeAuthorities,
  spiffe: (bundle) => `${Buffer.from(encodeSpiffeBundleJson(bundle)).toString()}\n`,
};

export async function showBundle(
  { socket, trustDomain, format = 'pem', output }: ShowBundleFlags,
  { terminal }: Invocation,
): Promise<void> {
  const response = await withConnection(await adminTarget(socket, terminal), (connection) =>
    trustDomain === undefined
      ? connection.unary('bundle', 'GetBundle', {})
      : connection.unary('bundle', 'GetFederatedBundle', { trust_domain: trustDomain.name }),
  );
  const bundle = parseBundle(response, TrustDomain.parse(response.trust_domain), undefined);
  if (output === undefined) {
    terminal.stdout.write(ENCODERS[format](bundle));
    return;
  }
  const json = toProtoJson('spire.api.types.Bundle', response);
  await print(terminal.stdout, { json, table: authorityTable(bundle) }, output);
}

/** The X.509 authorities one behind the other, as TLS libraries take them. */
export function encodeAuthorities({ x509Certificates }: TrustBundle): string {
  return x509Certificates.map(({ raw }) => encodePem('CERTIFICATE', raw)).join('');
}

function authorityTable({ x509Authorities, jwtAuthorities }: TrustBundle): Table {
  const state = (tainted: boolean): string => (tainted ? 'tainted' : 'trusted');
  return {
    columns: ['AUTHORITY', 'ID', 'EXPIRES', 'STATE'],
    rows: [
      ...x509Authorities.map(({ certificate: { subjectKeyId, notAfter }, tainted }) => [
        'X.509',
        subjectKeyId ?? '',
        showTime(notAfter.getTime() / 1000),
        state(tainted),
      ]),
      ...jwtAuthorities.map(({ keyId, expiresAt, tainted }) => [
        'JWT',
        keyId,
        expiresAt === undefined ? '' : showTime(expiresAt.getTime() / 1000),
        state(tainted),
      ]),
    ],
  };
}
