import { join } from 'node:path';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { toProtoJson } from '@vouchsafe/proto/json';
import { ensureDirectory } from '../../runtime/directory.ts';
import { writePrivateFile } from '../../runtime/private-file.ts';
import { adminTarget, withConnection } from '../connect.ts';
import { encodeSpiffeId, showSpiffeId, showTime } from '../messages.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import type { Invocation } from '../verb.ts';

const FILE = 'jwt_svid.0.token';

interface MintJwtFlags {
  readonly socket?: string;
  readonly spiffeId: SpiffeId;
  readonly audience: readonly string[];
  readonly ttl?: number;
  readonly write?: string;
  readonly output?: OutputFormat;
}

export async function mintJwt(flags: MintJwtFlags, { terminal }: Invocation): Promise<void> {
  const { spiffeId, audience, ttl = 0, write, output } = flags;
  const request = { id: encodeSpiffeId(spiffeId), audience: [...audience], ttl };
  const response = await withConnection(await adminTarget(flags.socket, terminal), (connection) =>
    connection.unary('svid', 'MintJWTSVID', request),
  );
  const { id = null, token = '', expires_at: expiresAt = '0' } = response.svid ?? {};
  if (write !== undefined) {
    await ensureDirectory(write, 0o700);
    await writePrivateFile(join(write, FILE), token);
    terminal.stderr.write(`wrote ${join(write, FILE)}\n`);
  }
  const json = toProtoJson('spire.api.server.svid.v1.MintJWTSVIDResponse', response);
  const table = {
    columns: ['SPIFFE ID', 'EXPIRES', 'JWT-SVID'],
    rows: [[showSpiffeId(id), showTime(expiresAt), token]],
  };
  await print(terminal.stdout, { json, table, plain: `${token}\n` }, output);
}
