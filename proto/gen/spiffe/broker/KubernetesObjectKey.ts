// Original file: spiffe/broker/brokerapi.proto


export interface KubernetesObjectKey {
  /**
   * Empty for objects that have none.
   */
  'namespace'?: (string);
  'name'?: (string);
}

export interface KubernetesObjectKey__Output {
  /**
   * Empty for objects that have none.
   */
  'namespace': (string);
  'name': (string);
}
