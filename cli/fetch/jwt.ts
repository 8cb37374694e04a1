import { join } from 'node:path';
import { parseCompactJws } from '@vouchsafe/pki/jwt/jws';
import { parseJwtClaims } from '@vouchsafe/pki/jwt/jwt-claims';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { toProtoJson } from '@vouchsafe/proto/json';
import type { JWTSVIDResponse__Output } from '@vouchsafe/proto/gen/JWTSVIDResponse';
import { systemClock } from '../../runtime/clock.ts';
import { ensureDirectory } from '../../runtime/directory.ts';
import { writePrivateFile } from '../../runtime/private-file.ts';
import { withConnection } from '../connect.ts';
import type { Connection } from '../connect.ts';
import { showTime } from '../messages.ts';
import { print } from '../output.ts';
import type { OutputFormat, Table } from '../output.ts';
import type { Invocation } from '../verb.ts';
import { workloadTarget } from '../workload-target.ts';
import { explainDenial } from './denial.ts';
import { watch } from './watch.ts';

const MIN_RENEWAL_MS = 1000;

interface FetchJwtFlags {
  readonly socket?: string;
  readonly audience: readonly string[];
  readonly spiffeId?: SpiffeId;
  readonly write?: string;
  readonly watch?: boolean;
  readonly timeout: number;
  readonly output?: OutputFormat;
}

export async function fetchJwt(flags: FetchJwtFlags, { terminal }: Invocation): Promise<void> {
  const target = {
    ...(await workloadTarget(flags.socket, terminal)),
    callTimeoutMs: flags.timeout * 1000,
  };
  const request = { audience: [...flags.audience], spiffe_id: flags.spiffeId?.toString() ?? '' };
  const ask = (connection: Connection): Promise<JWTSVIDResponse__Output> =>
    connection.unary('workloadApi', 'FetchJWTSVID', request);
  const show = async (response: JWTSVIDResponse__Output): Promise<void> => {
    if (flags.write !== undefined) {
      const files = await writeTokens(flags.write, response);
      terminal.stderr.write(files.map((file) => `wrote ${file}\n`).join(''));
    }
    const json = toProtoJson('JWTSVIDResponse', response);
    const plain = response.svids.map(({ svid }) => `${svid}\n`).join('');
    await print(terminal.stdout, { json, table: tokenTable(response), plain }, flags.output);
  };
  if (flags.watch === true) {
    const stream = (connection: Connection, signal: AbortSignal) =>
      renewing(() => ask(connection), signal);
    return watch({ target, terminal, stream, show });
  }
  try {
    await show(await withConnection(target, ask));
  } catch (error) {
    throw explainDenial(error, terminal);
  }
}

/** The tokens, and again each time that half of the life of the first to expire is over. */
async function* renewing(
  ask: () => Promise<JWTSVIDResponse__Output>,
  signal: AbortSignal,
): AsyncGenerator<JWTSVIDResponse__Output> {
  while (!signal.aborted) {
    const response = await ask();
    yield response;
    const expiries = response.svids.map(({ svid }) => expiryOf(svid) * 1000);
    const leftMs = Math.min(...expiries) - systemClock.now().getTime();
    await systemClock.delay(Math.max(leftMs / 2, MIN_RENEWAL_MS), signal);
  }
}

/** The tokens let anybody who has one in: their files are for this user alone. */
async function writeTokens(
  directory: string,
  { svids }: JWTSVIDResponse__Output,
): Promise<string[]> {
  await ensureDirectory(directory, 0o700);
  const written: string[] = [];
  for (const [n, { svid }] of svids.entries()) {
    const path = join(directory, `jwt_svid.${n}.token`);
    await writePrivateFile(path, svid);
    written.push(path);
  }
  return written;
}

function tokenTable({ svids }: JWTSVIDResponse__Output): Table {
  return {
    columns: ['SPIFFE ID', 'HINT', 'EXPIRES', 'JWT-SVID'],
    rows: svids.map(({ spiffe_id, hint, svid }) => [
      spiffe_id,
      hint,
      showTime(Math.trunc(expiryOf(svid))),
      svid,
    ]),
  };
}

const expiryOf = (token: string): number =>
  parseJwtClaims(parseCompactJws(token).payload).expiresAt;
