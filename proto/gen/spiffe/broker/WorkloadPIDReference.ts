// Original file: spiffe/broker/brokerapi.proto


/**
 * A process by its number in the agent's PID namespace.
 */
export interface WorkloadPIDReference {
  'pid'?: (number);
}

/**
 * A process by its number in the agent's PID namespace.
 */
export interface WorkloadPIDReference__Output {
  'pid': (number);
}
