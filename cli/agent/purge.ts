import type { Agent__Output } from '@vouchsafe/proto/gen/spire/api/types/Agent';
import { systemClock } from '../../runtime/clock.ts';
import { CallFailure, adminTarget, withConnection } from '../connect.ts';
import type { Connection } from '../connect.ts';
import { CliError } from '../errors.ts';
import { showSpiffeId, showTime } from '../messages.ts';
import { print } from '../output.ts';
import type { OutputFormat } from '../output.ts';
import { collectPages } from '../pages.ts';
import type { Invocation } from '../verb.ts';
import { agentFilter } from './filter.ts';

const PAGE_SIZE = 1000;

interface PurgeAgentsFlags {
  readonly socket?: string;
  readonly expiredFor: number;
  readonly dryRun?: boolean;
  readonly output?: OutputFormat;
}

/** What became of one agent. */
interface Purged {
  readonly agent: Agent__Output;
  readonly result: string;
}

/**
 * Forgets agents that are gone for good. Those that cannot attest again stay: for them the record is what keeps their
 * evidence from being used twice.
 */
export async function purgeAgents(
  flags: PurgeAgentsFlags,
  { terminal }: Invocation,
): Promise<void> {
  const expiresBefore = new Date(systemClock.now().getTime() - flags.expiredFor * 1000);
  const purged = await withConnection(
    await adminTarget(flags.socket, terminal),
    async (connection) => {
      const agents = await listExpired(connection, expiresBefore);
      if (flags.dryRun === true)
        return agents.map((agent) => ({ agent, result: 'would be purged' }));
      const results: Purged[] = [];
      for (const agent of agents) results.push({ agent, result: await purge(connection, agent) });
      return results;
    },
  );
  const rows = purged.map(({ agent, result }) => [
    showSpiffeId(agent.id),
    showTime(agent.x509svid_expires_at),
    result,
  ]);
  const columns = ['SPIFFE ID', 'SVID EXPIRED', 'RESULT'];
  const json = rows.map(([spiffe_id = '', expired = '', result = '']) => ({
    ...{ spiffe_id, expired, result },
  }));
  await print(terminal.stdout, { json, table: { columns, rows } }, flags.output);
  if (rows.length === 0) terminal.stderr.write('no agents to purge\n');
  const left = purged.filter(({ result }) => result !== DONE && flags.dryRun !== true).length;
  if (left > 0)
    throw new CliError('CLI_NOT_DONE', `${left} of ${rows.length} agents are still there`);
}

const DONE = 'purged';

async function listExpired(connection: Connection, expiresBefore: Date): Promise<Agent__Output[]> {
  const filter = agentFilter({ canReattest: true, banned: false, expiresBefore });
  const agents = await collectPages(async (pageToken) => {
    const request = { filter, page_size: PAGE_SIZE, page_token: pageToken };
    const response = await connection.unary('agent', 'ListAgents', request);
    return { items: response.agents, nextPageToken: response.next_page_token };
  });
  // A server that does not understand a filter leaves it out: nothing is deleted on its word alone.
  return agents.filter(
    (agent) =>
      agent.can_reattest &&
      !agent.banned &&
      Number(agent.x509svid_expires_at) * 1000 < expiresBefore.getTime(),
  );
}

async function purge(connection: Connection, { id }: Agent__Output): Promise<string> {
  try {
    await connection.unary('agent', 'DeleteAgent', { id });
    return DONE;
  } catch (error) {
    if (error instanceof CallFailure) return error.details;
    throw error;
  }
}
