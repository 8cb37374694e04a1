import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import { joinAgentSvid } from '../../agent/node/agent-svid.ts';
import type { AgentSvid } from '../../agent/node/agent-svid.ts';
import type { AgentState } from '../../agent/storage/agent-state.ts';
import type { FakeCa } from './fake-ca.ts';

interface AgentSvidOverrides {
  readonly path?: string;
  readonly ttlSeconds?: number;
  readonly reattestable?: boolean;
}

/** The SVID of an agent, an hour long where nothing else is said. */
export async function agentSvid(
  ca: FakeCa,
  {
    path = '/spire/agent/join_token/t',
    ttlSeconds = 3600,
    reattestable = false,
  }: AgentSvidOverrides = {},
): Promise<AgentSvid> {
  const key = await generateKeyPair('ec-p256');
  const { publicKeyInfo } = key;
  const der = await ca.issue({ spiffeId: ca.trustDomain.id + path, publicKeyInfo, ttlSeconds });
  return joinAgentSvid({ chain: [parseCertificate(der)], key, reattestable })!;
}

/** A store that keeps nothing beyond the test, and every state it had. */
export class MemoryStore {
  state: AgentState;
  readonly states: AgentState[] = [];

  constructor(state: AgentState = {}) {
    this.state = state;
  }

  update(change: AgentState): Promise<void> {
    this.state = { ...this.state, ...change };
    this.states.push(this.state);
    return Promise.resolve();
  }
}
