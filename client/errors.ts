/** Every way the client library fails, in its words; PkiError has those of what it reads. */
export const CLIENT_ERRORS = {
  CLIENT_NO_ENDPOINT:
    'no Workload API is known: set SPIFFE_ENDPOINT_SOCKET, or say which socket to use',
  CLIENT_STREAM_ENDED: 'the Workload API ended the stream',
  CLIENT_NO_SVID: 'the Workload API answered without an X509-SVID',
  CLIENT_SVID_INCOMPLETE: 'the Workload API sent an X509-SVID with a part missing',
  CLIENT_SVID_ID: 'the Workload API sent an X509-SVID under another SPIFFE ID than its own',
  CLIENT_NO_IDENTITY: 'the Workload API gives this process no identity, or no longer',
  CLIENT_CLOSED: 'the source is closed',
  CLIENT_PEER_ANONYMOUS: 'the peer showed no certificate',
} as const;

/** A permanent name for one failure. */
export type ClientErrorCode = keyof typeof CLIENT_ERRORS;

/** A failure of the client library. Match on `code`. */
export class ClientError extends Error {
  readonly code: ClientErrorCode;

  constructor(code: ClientErrorCode, options: { cause?: unknown } = {}) {
    super(CLIENT_ERRORS[code], options);
    this.name = 'ClientError';
    this.code = code;
  }
}
