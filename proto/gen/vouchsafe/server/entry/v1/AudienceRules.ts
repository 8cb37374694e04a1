// Original file: vouchsafe/server/entry/v1/entry.proto


export interface AudienceRules {
  /**
   * The audiences that its JWT-SVIDs may name; any when empty.
   */
  'allow'?: (string)[];
  /**
   * How many audiences one JWT-SVID may name; 0 for any number.
   */
  'max_count'?: (number);
  /**
   * The longest that a JWT-SVID lives, in seconds; 0 for what the entry or the server says.
   */
  'max_ttl'?: (number);
}

export interface AudienceRules__Output {
  /**
   * The audiences that its JWT-SVIDs may name; any when empty.
   */
  'allow': (string)[];
  /**
   * How many audiences one JWT-SVID may name; 0 for any number.
   */
  'max_count': (number);
  /**
   * The longest that a JWT-SVID lives, in seconds; 0 for what the entry or the server says.
   */
  'max_ttl': (number);
}
