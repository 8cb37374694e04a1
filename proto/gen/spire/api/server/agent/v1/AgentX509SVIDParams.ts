// Original file: spire/api/server/agent/v1/agent.proto


export interface AgentX509SVIDParams {
  /**
   * DER.
   */
  'csr'?: (Buffer | Uint8Array | string);
}

export interface AgentX509SVIDParams__Output {
  /**
   * DER.
   */
  'csr': (Buffer);
}
