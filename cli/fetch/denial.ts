import { status } from '@grpc/grpc-js';
import { CallFailure } from '../connect.ts';
import { CliError } from '../errors.ts';
import type { Terminal } from '../terminal.ts';

/** Whether the agent has answered that this process has no identity; it may get one later. */
export function isDenied(error: unknown): error is CallFailure {
  return error instanceof CallFailure && error.status === status.PERMISSION_DENIED;
}

/** An identity there is; its entry says what its tokens may be for. */
const isOfRules = ({ details }: CallFailure): boolean => details.startsWith('audience rules of ');

/** Says how a process gets an identity, where that is what is missing. */
export function explainDenial(error: unknown, { uid }: Terminal): unknown {
  if (!isDenied(error) || isOfRules(error)) return error;
  const remedy =
    'Register it on the server: ' +
    `\`vouchsafe entry create --parent-id AGENT_ID --spiffe-id ID --selector unix:uid:${uid}\`, ` +
    'with the AGENT_ID that `vouchsafe agent list` shows.';
  return new CliError('CLI_NO_IDENTITY', error.details, { remedy, cause: error });
}
