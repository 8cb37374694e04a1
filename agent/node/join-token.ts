import { readBoundedFile } from '../../runtime/bounded-file.ts';
import { describeError } from '../../runtime/errors.ts';
import { AgentError } from '../errors.ts';

/** A token is a word; more is the wrong file. */
const MAX_TOKEN_LENGTH = 1024;
/** With room for the spaces and line ends of whoever wrote it. */
const MAX_FILE_BYTES = 64 << 10;

export interface JoinTokenSource {
  readonly join_token?: string | undefined;
  readonly join_token_file?: string | undefined;
}

/**
 * The join token as it is now: a file is read anew each time, so that an operator can put a fresh token there. Undefined
 * when none is configured.
 * @throws AgentError AGENT_JOIN_TOKEN_UNREADABLE, which never tells what the file holds
 */
export async function readJoinToken(source: JoinTokenSource): Promise<string | undefined> {
  const { join_token, join_token_file } = source;
  if (join_token_file === undefined) return join_token;
  const token = (await readTokenFile(join_token_file)).trim();
  if (token === '' || token.length > MAX_TOKEN_LENGTH || /\s/.test(token)) {
    throw new AgentError('AGENT_JOIN_TOKEN_UNREADABLE', {
      detail: `${join_token_file} does not hold exactly one token`,
    });
  }
  return token;
}

async function readTokenFile(path: string): Promise<string> {
  try {
    return (await readBoundedFile(path, MAX_FILE_BYTES)).toString('utf8');
  } catch (cause) {
    const detail = `${path}: ${describeError(cause)}`;
    throw new AgentError('AGENT_JOIN_TOKEN_UNREADABLE', { detail, cause });
  }
}
