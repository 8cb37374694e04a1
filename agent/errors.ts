/** What stops an agent; the code is permanent, the text is completed by the file, server or name concerned. */
export const AGENT_ERRORS = {
  AGENT_STATE_CORRUPT: 'the saved state of this agent cannot be used',
  AGENT_BUNDLE_UNREADABLE: 'the trust bundle to start from cannot be used',
  AGENT_BOOTSTRAP_MISSING: 'nothing says which server to trust',
  AGENT_JOIN_TOKEN_UNREADABLE: 'the join token cannot be read',
  AGENT_JOIN_TOKEN_MISSING: 'this agent has no valid SVID and no join token to get one with',
  AGENT_ATTESTATION_DENIED: 'the server refused to attest this agent',
  AGENT_ATTESTATION_FAILED: 'this agent could not be attested',
  AGENT_MUST_REATTEST: 'the server no longer accepts the SVID of this agent',
  AGENT_SVID_EXPIRED: 'the SVID of this agent expired before it could be renewed',
  AGENT_BANNED: 'the server has banned this agent',
  AGENT_SERVER_UNTRUSTED: 'the server at this address is not the one to trust',
  AGENT_SERVER_FAILED: 'the server did not answer as asked',
} as const;

export type AgentErrorCode = keyof typeof AGENT_ERRORS;

const NEW_TOKEN =
  'get a new join token with `vouchsafe token generate` on the server and start the agent with it: `vouchsafe agent run --join-token-file FILE`';

/** What a person can do about it. */
const REMEDIES: Readonly<Partial<Record<AgentErrorCode, string>>> = {
  AGENT_STATE_CORRUPT: `restore the file from a backup; or move it away, ${NEW_TOKEN}`,
  AGENT_BOOTSTRAP_MISSING:
    'set trust_bundle_path to a file with the output of `vouchsafe bundle show`, or insecure_bootstrap to trust whoever answers the first time',
  AGENT_JOIN_TOKEN_MISSING: NEW_TOKEN,
  AGENT_ATTESTATION_DENIED: NEW_TOKEN,
  AGENT_MUST_REATTEST: NEW_TOKEN,
  AGENT_SVID_EXPIRED: NEW_TOKEN,
  AGENT_BANNED: `if it was banned by mistake, have it deleted on the server, then ${NEW_TOKEN}`,
  AGENT_SERVER_UNTRUSTED:
    'check server_address; if the authorities of the trust domain were replaced, get its bundle anew with `vouchsafe bundle show`',
};

/** Match on `code`; `detail` says which file, server or name, never a secret. */
export class AgentError extends Error {
  readonly code: AgentErrorCode;
  /** What to do about it, where that is known; part of the message too. */
  readonly remedy: string | undefined;

  constructor(code: AgentErrorCode, options: { detail?: string; cause?: unknown } = {}) {
    const { detail, cause } = options;
    const remedy = REMEDIES[code];
    const what = detail === undefined ? AGENT_ERRORS[code] : `${AGENT_ERRORS[code]}: ${detail}`;
    super(remedy === undefined ? what : `${what}; ${remedy}`, { cause });
    this.name = 'AgentError';
    this.code = code;
    this.remedy = remedy;
  }
}
