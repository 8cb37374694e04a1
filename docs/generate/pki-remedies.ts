import type { PkiErrorCode } from '@vouchsafe/pki/errors';

const WRITE_ID = 'Write it as `spiffe://`, the trust domain, and a path of segments.';
const WRITE_DOMAIN = 'Write the name in lower case, without `spiffe://` or with nothing behind it.';
const WRITE_SELECTOR = 'Write it as `unix:uid:1000`: the type, a colon, the value.';
const WRITE_ENDPOINT = 'Write it as `unix:///PATH` or `tcp://IP:PORT`.';
const REFUSE_TOKEN = 'Refuse the token. Its issuer has to correct it.';
const REFUSE_FORGERY = 'Refuse the token: it may be an attack.';
const REFUSE_PEER = 'Refuse the peer. Its issuer has to correct the certificate.';
const REPAIR_JSON = 'The sender has to correct it; check that it came whole.';
const REPAIR_BUNDLE = 'The publisher of the bundle has to correct it; other keys are used.';
const REPAIR_KEY = 'Give it a key of a supported kind, in DER or PEM, whole.';
const REPAIR_CSR = 'Make the CSR anew, with the key that it is for.';
const NAME_AUDIENCE = 'Ask for one audience: the service that the token is for.';
const RENEW = 'Get a new one. If it is new, set the clocks: run NTP on both hosts.';
const GET_BUNDLE = 'Get the bundle of that trust domain, or do not expect peers from there.';

export const PKI_REMEDIES: Readonly<Record<PkiErrorCode, string>> = {
  PKI_SPIFFE_ID_EMPTY: WRITE_ID,
  PKI_SPIFFE_ID_SCHEME: WRITE_ID,
  PKI_SPIFFE_ID_TOO_LONG: 'Choose a shorter one.',
  PKI_SPIFFE_ID_PATH_MISSING: 'Give it a path: without one it names the trust domain.',
  PKI_TRUST_DOMAIN_MISSING: WRITE_ID,
  PKI_TRUST_DOMAIN_CHARACTER: WRITE_DOMAIN,
  PKI_TRUST_DOMAIN_TOO_LONG: 'Choose a shorter one.',
  PKI_TRUST_DOMAIN_PATH: WRITE_DOMAIN,
  PKI_PATH_LEADING_SLASH: WRITE_ID,
  PKI_PATH_TRAILING_SLASH: 'Leave the slash at the end out.',
  PKI_PATH_EMPTY_SEGMENT: 'Write one slash between two segments.',
  PKI_PATH_DOT_SEGMENT: 'Write the path out, without `.` and `..`.',
  PKI_PATH_CHARACTER: 'Replace what is none of them; nothing can be percent-encoded.',
  PKI_SPIFFE_ID_UNEXPECTED:
    'The peer is somebody else than was meant: check the address, or what is expected.',
  PKI_SELECTOR_SEPARATOR: WRITE_SELECTOR,
  PKI_SELECTOR_TYPE: WRITE_SELECTOR,
  PKI_SELECTOR_VALUE: WRITE_SELECTOR,
  PKI_ENDPOINT_SCHEME: WRITE_ENDPOINT,
  PKI_ENDPOINT_UNIX: WRITE_ENDPOINT,
  PKI_ENDPOINT_TCP: WRITE_ENDPOINT,
  PKI_JSON_TOO_LARGE: REPAIR_JSON,
  PKI_JSON_TOO_DEEP: REPAIR_JSON,
  PKI_JSON_ENCODING: REPAIR_JSON,
  PKI_JSON_SYNTAX: REPAIR_JSON,
  PKI_JSON_DUPLICATE_NAME: REPAIR_JSON,
  PKI_JSON_NUMBER: REPAIR_JSON,
  PKI_JSON_NOT_OBJECT: REPAIR_JSON,
  PKI_JWS_PARTS: REFUSE_TOKEN,
  PKI_JWS_TOO_LARGE: REFUSE_TOKEN,
  PKI_JWS_ENCODING: REFUSE_TOKEN,
  PKI_JWS_ALGORITHM: REFUSE_FORGERY,
  PKI_JWS_CRITICAL: REFUSE_TOKEN,
  PKI_JWS_EMBEDDED_KEY: REFUSE_FORGERY,
  PKI_JWS_KEY_ID: REFUSE_TOKEN,
  PKI_JWS_TYPE: REFUSE_TOKEN,
  PKI_JWS_KEY_MISMATCH: REFUSE_FORGERY,
  PKI_JWS_SIGNATURE: REFUSE_FORGERY,
  PKI_ECDSA_SIGNATURE: REFUSE_FORGERY,
  PKI_JWT_SUBJECT: REFUSE_TOKEN,
  PKI_JWT_AUDIENCE_MISSING: NAME_AUDIENCE,
  PKI_JWT_AUDIENCE_INVALID: NAME_AUDIENCE,
  PKI_JWT_AUDIENCE_LIMIT: NAME_AUDIENCE,
  PKI_JWT_AUDIENCE_UNEXPECTED: 'Refuse the token: somebody else was to have it.',
  PKI_JWT_CLAIM: REFUSE_TOKEN,
  PKI_JWT_EXPIRED: RENEW,
  PKI_JWT_NOT_YET_VALID: 'Set the clocks: run NTP on both hosts.',
  PKI_JWT_LIFETIME: REFUSE_TOKEN,
  PKI_JWT_TRUST_DOMAIN_UNKNOWN: GET_BUNDLE,
  PKI_JWT_AUTHORITY_UNKNOWN:
    'Refuse the token. If its issuer is new, wait until the bundle with its key is there.',
  PKI_JWT_AUTHORITY_KEY: REPAIR_KEY,
  PKI_JWT_AUTHORITY_AMBIGUOUS: 'The publisher of the bundle has to give each key its own `kid`.',
  PKI_JWK_NOT_OBJECT: REPAIR_BUNDLE,
  PKI_JWK_KEY_TYPE: REPAIR_BUNDLE,
  PKI_JWK_SECRET:
    'Tell the publisher: whoever read the bundle has the key, which must be replaced.',
  PKI_JWK_MEMBER: REPAIR_BUNDLE,
  PKI_JWK_USE: 'Nothing, if the key is of a kind that is not for us; other keys are used.',
  PKI_JWK_CERTIFICATE: REPAIR_BUNDLE,
  PKI_JWK_CERTIFICATE_KEY: REPAIR_BUNDLE,
  PKI_BUNDLE_KEYS: 'It is no trust bundle: check where it came from.',
  PKI_BUNDLE_LIMIT: 'The publisher of the bundle has to leave keys out that have ended.',
  PKI_KEY_MALFORMED: REPAIR_KEY,
  PKI_KEY_UNSUPPORTED: REPAIR_KEY,
  PKI_KEY_WEAK: 'Make a new key, of a supported kind.',
  PKI_PEM_MALFORMED: 'Check that the file came whole, and is PEM of what is asked for.',
  PKI_PEM_TOO_LARGE: 'Check that it is the file that was meant.',
  PKI_DER_MALFORMED: 'Check that it came whole, and is DER of what is asked for.',
  PKI_X509_TOO_LARGE: REFUSE_PEER,
  PKI_X509_VERSION: REFUSE_PEER,
  PKI_X509_EXTENSION_DUPLICATE: REFUSE_PEER,
  PKI_CSR_TOO_LARGE: REPAIR_CSR,
  PKI_CSR_VERSION: REPAIR_CSR,
  PKI_CSR_SIGNATURE: REPAIR_CSR,
  PKI_SVID_CHAIN_EMPTY: 'Refuse the peer: it shows nothing.',
  PKI_SVID_CHAIN_TOO_LONG: REFUSE_PEER,
  PKI_SVID_URI_COUNT: REFUSE_PEER,
  PKI_SVID_ID: REFUSE_PEER,
  PKI_SVID_IS_CA: 'Refuse the peer: the certificate of an authority identifies nobody.',
  PKI_SVID_KEY_USAGE: REFUSE_PEER,
  PKI_SVID_CRITICAL_EXTENSION: REFUSE_PEER,
  PKI_SVID_NOT_YET_VALID: 'Set the clocks: run NTP on both hosts.',
  PKI_SVID_EXPIRED: RENEW,
  PKI_SVID_TRUST_DOMAIN_UNKNOWN: GET_BUNDLE,
  PKI_SVID_UNTRUSTED:
    'Refuse the peer. If its authority is new, wait until the bundle with it is there.',
  PKI_SVID_KEY_MISMATCH: 'Take certificate and key from one answer or one file.',
};
