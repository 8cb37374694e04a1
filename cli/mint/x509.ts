import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { createCsr } from '@vouchsafe/pki/x509/csr';
import { X509Svid } from '@vouchsafe/pki/x509/x509-svid';
import { toProtoJson } from '@vouchsafe/proto/json';
import { parseBundle } from '../../agent/sync/messages.ts';
import { encodeAuthorities } from '../bundle/show.ts';
import { adminTarget, withConnection } from '../connect.ts';
import { CliError } from '../errors.ts';
import { writeX509Files } from '../fetch/x509-files.ts';
import { showTime } from '../messages.ts';
import { print } from '../output.ts';
import type { OutputFormat, Table } from '../output.ts';
import type { Invocation } from '../verb.ts';

interface MintX509Flags {
  readonly socket?: string;
  readonly spiffeId: SpiffeId;
  readonly ttl?: number;
  readonly dns?: readonly string[];
  readonly write?: string;
  readonly output?: OutputFormat;
}

/** The private key is made here and goes nowhere but into the file, or to whoever reads the output. */
export async function mintX509(flags: MintX509Flags, { terminal }: Invocation): Promise<void> {
  const { spiffeId, ttl = 0, dns = [], write, output } = flags;
  if (output !== undefined && write === undefined) {
    throw new CliError(
      'CLI_USAGE',
      '--output needs --write <DIR>: the private key is in no answer of the server',
    );
  }
  const { signer, privateKey } = await generateKeyPair('ec-p256');
  const csr = Buffer.from(await createCsr({ signer, spiffeId, dnsNames: dns }));
  const { minted, stored } = await withConnection(
    await adminTarget(flags.socket, terminal),
    async (connection) => ({
      minted: await connection.unary('svid', 'MintX509SVID', { csr, ttl }),
      stored: await connection.unary('bundle', 'GetBundle', {}),
    }),
  );
  const svid = X509Svid.of((minted.svid?.cert_chain ?? []).map(parseCertificate), privateKey);
  const bundle = parseBundle(stored, TrustDomain.parse(stored.trust_domain), undefined);
  if (write === undefined) {
    const parts = [svid.chainPem(), svid.privateKeyPem(), encodeAuthorities(bundle)];
    terminal.stdout.write(parts.join('\n'));
    return;
  }
  const authorities = bundle.x509Certificates;
  const answer = { svids: [{ svid, hint: '', authorities }], federated: [] };
  const files = await writeX509Files(write, answer);
  terminal.stderr.write(files.map((file) => `wrote ${file}\n`).join(''));
  const json = toProtoJson('spire.api.server.svid.v1.MintX509SVIDResponse', minted);
  await print(terminal.stdout, { json, table: svidTable(svid) }, output);
}

function svidTable({ spiffeId, notBefore, notAfter }: X509Svid): Table {
  const times = [notBefore, notAfter].map((time) => showTime(time.getTime() / 1000));
  return {
    columns: ['SPIFFE ID', 'VALID FROM', 'VALID UNTIL'],
    rows: [[spiffeId.toString(), ...times]],
  };
}
