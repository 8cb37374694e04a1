import type { ListAgentsRequest__Output } from '@vouchsafe/proto/gen/spire/api/server/agent/v1/ListAgentsRequest';
import type { Log } from '../../runtime/log.ts';
import { invalidArgument } from '../../runtime/rpc/status.ts';
import { isBanned } from '../attestation/agent-record.ts';
import type { AgentRecord } from '../attestation/agent-record.ts';
import { checkMatch, matches } from './match.ts';
import { decodeSelectors } from './messages/selector.ts';
import { refusing } from './refusing.ts';

type Filter = ListAgentsRequest__Output['filter'];
type Test = (agent: AgentRecord) => boolean;

/** What of an agent a client asks for; a wrapper that is absent filters nothing, one that is false does. */
export function agentFilter(filter: Filter, log: Log): Test {
  if (filter === null) return () => true;
  const tests = [
    ...byType(filter),
    ...byFlag(filter.by_banned, isBanned),
    ...byFlag(filter.by_can_reattest, (agent) => agent.canReattest),
    ...bySelectors(filter),
    ...byExpiry(filter, log),
  ];
  return (agent) => tests.every((test) => test(agent));
}

type Given = NonNullable<Filter>;

function byType({ by_attestation_type: type }: Given): Test[] {
  return type === '' ? [] : [({ attestationType }) => attestationType === type];
}

function byFlag(wanted: { readonly value: boolean } | null, flag: Test): Test[] {
  return wanted === null ? [] : [(agent) => flag(agent) === wanted.value];
}

function bySelectors({ by_selector_match: wanted }: Given): Test[] {
  if (wanted === null) return [];
  if (wanted.selectors.length === 0) throw invalidArgument('malformed filter: empty selector set');
  const selectors = refusing('failed to parse selectors', () => decodeSelectors(wanted.selectors));
  checkMatch(wanted.match);
  return [(agent) => matches(agent.selectors, selectors, wanted.match)];
}

function byExpiry({ by_expires_before: text }: Given, log: Log): Test[] {
  if (text === '') return [];
  const before = parseGoTime(text);
  if (before !== undefined) {
    return [({ current }) => current !== undefined && current.expiresAt < before];
  }
  // As SPIRE has it: the list is longer than asked for, never shorter.
  log.warn('Agent filter by expiry is ignored', { by_expires_before: text });
  return [];
}

const GO_TIME = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) ([+-]\d\d)(\d\d) [+-]\d\d$/;

/** `2006-01-02 15:04:05 -0700 -07`, the layout that SPIRE's clients print times in. */
function parseGoTime(text: string): Date | undefined {
  const match = GO_TIME.exec(text);
  if (match === null) return undefined;
  const [, date, time, hours, minutes] = match;
  const parsed = new Date(`${date}T${time}${hours}:${minutes}`);
  return Number.isNaN(parsed.getTime()) ? undefined : parsed;
}
