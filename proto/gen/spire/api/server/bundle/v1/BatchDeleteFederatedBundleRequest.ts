// Original file: spire/api/server/bundle/v1/bundle.proto


// Original file: spire/api/server/bundle/v1/bundle.proto

export const _spire_api_server_bundle_v1_BatchDeleteFederatedBundleRequest_Mode = {
  /**
   * Refuse while an entry federates with the trust domain.
   */
  RESTRICT: 'RESTRICT',
  /**
   * Delete those entries too.
   */
  DELETE: 'DELETE',
  /**
   * Keep those entries, without the federation.
   */
  DISSOCIATE: 'DISSOCIATE',
} as const;

export type _spire_api_server_bundle_v1_BatchDeleteFederatedBundleRequest_Mode =
  /**
   * Refuse while an entry federates with the trust domain.
   */
  | 'RESTRICT'
  | 0
  /**
   * Delete those entries too.
   */
  | 'DELETE'
  | 1
  /**
   * Keep those entries, without the federation.
   */
  | 'DISSOCIATE'
  | 2

export type _spire_api_server_bundle_v1_BatchDeleteFederatedBundleRequest_Mode__Output = typeof _spire_api_server_bundle_v1_BatchDeleteFederatedBundleRequest_Mode[keyof typeof _spire_api_server_bundle_v1_BatchDeleteFederatedBundleRequest_Mode]

export interface BatchDeleteFederatedBundleRequest {
  'trust_domains'?: (string)[];
  'mode'?: (_spire_api_server_bundle_v1_BatchDeleteFederatedBundleRequest_Mode);
}

export interface BatchDeleteFederatedBundleRequest__Output {
  'trust_domains': (string)[];
  'mode': (_spire_api_server_bundle_v1_BatchDeleteFederatedBundleRequest_Mode__Output);
}
