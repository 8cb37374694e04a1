import { status } from '@grpc/grpc-js';
import { toProtoJson } from '@vouchsafe/proto/json';
import type { JsonObject } from '@vouchsafe/proto/struct';
import { CallFailure, withConnection } from '../connect.ts';
import { CliError } from '../errors.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import { STANDARD_INPUT, readStandardInput } from '../read-input.ts';
import type { Terminal } from '../terminal.ts';
import type { Invocation } from '../verb.ts';
import { workloadTarget } from '../workload-target.ts';

/** More than any token; what an agent reads at most. */
const MAX_TOKEN_BYTES = 256 << 10;

interface ValidateJwtFlags {
  readonly socket?: string;
  readonly audience: string;
  readonly token: string;
  readonly output?: OutputFormat;
}

export async function validateJwt(
  { socket, audience, token, output }: ValidateJwtFlags,
  { terminal }: Invocation,
): Promise<void> {
  const svid = token === STANDARD_INPUT ? await readToken(terminal) : token;
  const target = await workloadTarget(socket, terminal);
  const response = await withConnection(target, (connection) =>
    connection.unary('workloadApi', 'ValidateJWTSVID', { audience, svid }),
  ).catch((error: unknown) => {
    throw verdictOf(error);
  });
  const json = toProtoJson('ValidateJWTSVIDResponse', response) as JsonObject;
  const claims = JSON.stringify(json['claims']);
  const table = { columns: ['SPIFFE ID', 'CLAIMS'], rows: [[response.spiffe_id, claims]] };
  await print(terminal.stdout, { json, table }, output);
}

/** That the token is no good is an answer, and no failure of the call. */
function verdictOf(error: unknown): unknown {
  return error instanceof CallFailure && error.status === status.INVALID_ARGUMENT
    ? new CliError('CLI_TOKEN_INVALID', error.details, { cause: error })
    : error;
}

async function readToken(terminal: Terminal): Promise<string> {
  const input = await readStandardInput(terminal, { than: 'any token', maxBytes: MAX_TOKEN_BYTES });
  const token = input.toString('utf8').trim();
  if (token === '') throw new CliError('CLI_INPUT_UNREADABLE', 'standard input holds no token');
  return token;
}
