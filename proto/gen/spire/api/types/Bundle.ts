// Original file: spire/api/types/bundle.proto

import type { X509Certificate as _spire_api_types_X509Certificate, X509Certificate__Output as _spire_api_types_X509Certificate__Output } from '../../../spire/api/types/X509Certificate.ts';
import type { JWTKey as _spire_api_types_JWTKey, JWTKey__Output as _spire_api_types_JWTKey__Output } from '../../../spire/api/types/JWTKey.ts';
import type { WITKey as _spire_api_types_WITKey, WITKey__Output as _spire_api_types_WITKey__Output } from '../../../spire/api/types/WITKey.ts';
import type { Long } from '@grpc/proto-loader';

export interface Bundle {
  /**
   * The bare name, `example.org`.
   */
  'trust_domain'?: (string);
  'x509_authorities'?: (_spire_api_types_X509Certificate)[];
  'jwt_authorities'?: (_spire_api_types_JWTKey)[];
  /**
   * In seconds; 0 says nothing.
   */
  'refresh_hint'?: (number | string | Long);
  /**
   * Grows with every change of the bundle.
   */
  'sequence_number'?: (number | string | Long);
  'wit_authorities'?: (_spire_api_types_WITKey)[];
}

export interface Bundle__Output {
  /**
   * The bare name, `example.org`.
   */
  'trust_domain': (string);
  'x509_authorities': (_spire_api_types_X509Certificate__Output)[];
  'jwt_authorities': (_spire_api_types_JWTKey__Output)[];
  /**
   * In seconds; 0 says nothing.
   */
  'refresh_hint': (string);
  /**
   * Grows with every change of the bundle.
   */
  'sequence_number': (string);
  'wit_authorities': (_spire_api_types_WITKey__Output)[];
}
