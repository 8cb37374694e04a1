// Original file: spire/api/server/localauthority/v1/localauthority.proto


export interface RevokeX509UpstreamAuthorityResponse {
  'upstream_authority_subject_key_id'?: (string);
}

export interface RevokeX509UpstreamAuthorityResponse__Output {
  'upstream_authority_subject_key_id': (string);
}
