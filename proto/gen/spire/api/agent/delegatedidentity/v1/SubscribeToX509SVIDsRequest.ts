// Original file: spire/api/agent/delegatedidentity/v1/delegatedidentity.proto

import type { Selector as _spire_api_types_Selector, Selector__Output as _spire_api_types_Selector__Output } from '../../../../../spire/api/types/Selector.ts';

export interface SubscribeToX509SVIDsRequest {
  'selectors'?: (_spire_api_types_Selector)[];
  /**
   * Instead of selectors: the agent attests this process.
   */
  'pid'?: (number);
}

export interface SubscribeToX509SVIDsRequest__Output {
  'selectors': (_spire_api_types_Selector__Output)[];
  /**
   * Instead of selectors: the agent attests this process.
   */
  'pid': (number);
}
