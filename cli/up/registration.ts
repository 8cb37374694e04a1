import { userInfo } from 'node:os';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { systemClock } from '../../runtime/clock.ts';
import { checkDone } from '../batch-result.ts';
import type { Connection } from '../connect.ts';
import { encodeSpiffeId } from '../messages.ts';

/** The agent uses it at once. */
const TOKEN_TTL_SECONDS = 60;
const ALREADY_EXISTS = 6;

/** This host, whichever agent SVID stands for it: entries outlive the agent that was there when they were made. */
export const hostId = (trustDomain: TrustDomain): SpiffeId => SpiffeId.of(trustDomain, '/host');

/** The identity of everything that this user runs. */
export function userId(trustDomain: TrustDomain, uid: number): SpiffeId {
  return SpiffeId.of(trustDomain, `/user/${userName(uid)}`);
}

/** The user's name where it can stand in a SPIFFE ID (SPIFFE-ID §2.2). */
function userName(uid: number): string {
  try {
    const { username } = userInfo();
    if (/^[a-zA-Z0-9_-][a-zA-Z0-9._-]*$/.test(username)) return username;
  } catch {
    // A user without a line in the password file, as containers have them.
  }
  return `uid-${uid}`;
}

/** Makes sure that this user is registered; once is enough. @throws CliError CLI_NOT_DONE, CLI_CALL_FAILED */
export async function registerUser(
  connection: Connection,
  trustDomain: TrustDomain,
  uid: number,
): Promise<void> {
  const entry = {
    spiffe_id: encodeSpiffeId(userId(trustDomain, uid)),
    parent_id: encodeSpiffeId(hostId(trustDomain)),
    selectors: [{ type: 'unix', value: `uid:${uid}` }],
  };
  const { results } = await connection.unary('entry', 'BatchCreateEntry', { entries: [entry] });
  const isKnown = results.some(({ status }) => status?.code === ALREADY_EXISTS);
  if (!isKnown) checkDone('register this user', results);
}

/** A token with which an agent becomes this host. */
export async function makeHostToken(
  connection: Connection,
  trustDomain: TrustDomain,
): Promise<string> {
  await forgetExpiredAgents(connection);
  const { value } = await connection.unary('agent', 'CreateJoinToken', {
    ttl: TOKEN_TTL_SECONDS,
    agent_id: encodeSpiffeId(hostId(trustDomain)),
  });
  return value;
}

/** An agent that joined by token cannot come back once its SVID has expired: each of ours would be left over. */
async function forgetExpiredAgents(connection: Connection): Promise<void> {
  const filter = { by_attestation_type: 'join_token' };
  const { agents } = await connection.unary('agent', 'ListAgents', { filter });
  const now = systemClock.now().getTime() / 1000;
  for (const { id, x509svid_expires_at: expiresAt, banned } of agents) {
    if (banned || Number(expiresAt) > now) continue;
    await connection.unary('agent', 'DeleteAgent', { id });
  }
}
