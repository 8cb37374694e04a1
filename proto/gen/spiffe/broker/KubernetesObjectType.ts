// Original file: spiffe/broker/brokerapi.proto


export interface KubernetesObjectType {
  'plural'?: (string);
  /**
   * Empty for the core group.
   */
  'group'?: (string);
}

export interface KubernetesObjectType__Output {
  'plural': (string);
  /**
   * Empty for the core group.
   */
  'group': (string);
}
