// Original file: vouchsafe/server/entry/v1/entry.proto

import type { AudienceRules as _vouchsafe_server_entry_v1_AudienceRules, AudienceRules__Output as _vouchsafe_server_entry_v1_AudienceRules__Output } from '../../../../vouchsafe/server/entry/v1/AudienceRules.ts';

export interface Attributes {
  /**
   * Who is asked about it.
   */
  'owner'?: (string);
  'labels'?: ({[key: string]: string});
  /**
   * Such as production.
   */
  'environment'?: (string);
  'description'?: (string);
  /**
   * What its JWT-SVIDs may be for; absent for anything.
   */
  'audience'?: (_vouchsafe_server_entry_v1_AudienceRules | null);
}

export interface Attributes__Output {
  /**
   * Who is asked about it.
   */
  'owner': (string);
  'labels': ({[key: string]: string});
  /**
   * Such as production.
   */
  'environment': (string);
  'description': (string);
  /**
   * What its JWT-SVIDs may be for; absent for anything.
   */
  'audience': (_vouchsafe_server_entry_v1_AudienceRules__Output | null);
}
