// Original file: spire/api/types/selector.proto

import type { Selector as _spire_api_types_Selector, Selector__Output as _spire_api_types_Selector__Output } from '../../../spire/api/types/Selector.ts';

// Original file: spire/api/types/selector.proto

export const _spire_api_types_SelectorMatch_MatchBehavior = {
  /**
   * Has these selectors and no others.
   */
  MATCH_EXACT: 'MATCH_EXACT',
  /**
   * Every selector it has is among these.
   */
  MATCH_SUBSET: 'MATCH_SUBSET',
  /**
   * Has all of these, maybe more.
   */
  MATCH_SUPERSET: 'MATCH_SUPERSET',
  /**
   * Has at least one of these.
   */
  MATCH_ANY: 'MATCH_ANY',
} as const;

export type _spire_api_types_SelectorMatch_MatchBehavior =
  /**
   * Has these selectors and no others.
   */
  | 'MATCH_EXACT'
  | 0
  /**
   * Every selector it has is among these.
   */
  | 'MATCH_SUBSET'
  | 1
  /**
   * Has all of these, maybe more.
   */
  | 'MATCH_SUPERSET'
  | 2
  /**
   * Has at least one of these.
   */
  | 'MATCH_ANY'
  | 3

export type _spire_api_types_SelectorMatch_MatchBehavior__Output = typeof _spire_api_types_SelectorMatch_MatchBehavior[keyof typeof _spire_api_types_SelectorMatch_MatchBehavior]

export interface SelectorMatch {
  'selectors'?: (_spire_api_types_Selector)[];
  'match'?: (_spire_api_types_SelectorMatch_MatchBehavior);
}

export interface SelectorMatch__Output {
  'selectors': (_spire_api_types_Selector__Output)[];
  'match': (_spire_api_types_SelectorMatch_MatchBehavior__Output);
}
