// Original file: vouchsafe/agent/explain/v1/explain.proto

import type { Selector as _spire_api_types_Selector, Selector__Output as _spire_api_types_Selector__Output } from '../../../../spire/api/types/Selector.ts';

export interface MissingSelector {
  'selector'?: (_spire_api_types_Selector | null);
  /**
   * The nearest one that the process has.
   */
  'nearest'?: (_spire_api_types_Selector | null);
}

export interface MissingSelector__Output {
  'selector': (_spire_api_types_Selector__Output | null);
  /**
   * The nearest one that the process has.
   */
  'nearest': (_spire_api_types_Selector__Output | null);
}
