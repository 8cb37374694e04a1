// Original file: spiffe/broker/brokerapi.proto

import type { KubernetesObjectType as _spiffe_broker_KubernetesObjectType, KubernetesObjectType__Output as _spiffe_broker_KubernetesObjectType__Output } from '../../spiffe/broker/KubernetesObjectType.ts';
import type { KubernetesObjectKey as _spiffe_broker_KubernetesObjectKey, KubernetesObjectKey__Output as _spiffe_broker_KubernetesObjectKey__Output } from '../../spiffe/broker/KubernetesObjectKey.ts';

/**
 * A Kubernetes object, for which `uid` settles which of several successive objects of one name is
 * meant.
 */
export interface KubernetesObjectReference {
  'type'?: (_spiffe_broker_KubernetesObjectType | null);
  'key'?: (_spiffe_broker_KubernetesObjectKey | null);
  'uid'?: (string);
}

/**
 * A Kubernetes object, for which `uid` settles which of several successive objects of one name is
 * meant.
 */
export interface KubernetesObjectReference__Output {
  'type': (_spiffe_broker_KubernetesObjectType__Output | null);
  'key': (_spiffe_broker_KubernetesObjectKey__Output | null);
  'uid': (string);
}
