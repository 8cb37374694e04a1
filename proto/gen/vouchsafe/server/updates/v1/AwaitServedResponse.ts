// Original file: vouchsafe/server/updates/v1/updates.proto


export interface AwaitServedResponse {
  /**
   * SPIFFE IDs of agents. Those that serve it.
   */
  'served'?: (string)[];
  /**
   * Those that were told and have not said yet that they do.
   */
  'waiting'?: (string)[];
  /**
   * Those that it concerns and that do not watch this server: they learn of it when they poll, or come back.
   */
  'not_connected'?: (string)[];
}

export interface AwaitServedResponse__Output {
  /**
   * SPIFFE IDs of agents. Those that serve it.
   */
  'served': (string)[];
  /**
   * Those that were told and have not said yet that they do.
   */
  'waiting': (string)[];
  /**
   * Those that it concerns and that do not watch this server: they learn of it when they poll, or come back.
   */
  'not_connected': (string)[];
}
