// Original file: spire/api/types/status.proto


// Original file: spire/api/types/status.proto

export const _spire_api_types_PermissionDeniedDetails_Reason = {
  UNKNOWN: 'UNKNOWN',
  /**
   * The agent's SVID has expired.
   */
  AGENT_EXPIRED: 'AGENT_EXPIRED',
  /**
   * The server knows no such agent.
   */
  AGENT_NOT_ATTESTED: 'AGENT_NOT_ATTESTED',
  /**
   * Another SVID has taken the place of this one.
   */
  AGENT_NOT_ACTIVE: 'AGENT_NOT_ACTIVE',
  /**
   * It may not come back.
   */
  AGENT_BANNED: 'AGENT_BANNED',
  /**
   * Renewal is not enough.
   */
  AGENT_MUST_REATTEST: 'AGENT_MUST_REATTEST',
} as const;

export type _spire_api_types_PermissionDeniedDetails_Reason =
  | 'UNKNOWN'
  | 0
  /**
   * The agent's SVID has expired.
   */
  | 'AGENT_EXPIRED'
  | 1
  /**
   * The server knows no such agent.
   */
  | 'AGENT_NOT_ATTESTED'
  | 2
  /**
   * Another SVID has taken the place of this one.
   */
  | 'AGENT_NOT_ACTIVE'
  | 3
  /**
   * It may not come back.
   */
  | 'AGENT_BANNED'
  | 4
  /**
   * Renewal is not enough.
   */
  | 'AGENT_MUST_REATTEST'
  | 5

export type _spire_api_types_PermissionDeniedDetails_Reason__Output = typeof _spire_api_types_PermissionDeniedDetails_Reason[keyof typeof _spire_api_types_PermissionDeniedDetails_Reason]

/**
 * Why an agent was refused, as a detail of the status PERMISSION_DENIED.
 */
export interface PermissionDeniedDetails {
  'reason'?: (_spire_api_types_PermissionDeniedDetails_Reason);
}

/**
 * Why an agent was refused, as a detail of the status PERMISSION_DENIED.
 */
export interface PermissionDeniedDetails__Output {
  'reason': (_spire_api_types_PermissionDeniedDetails_Reason__Output);
}
