import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import { invalidArgument } from '../../runtime/rpc/status.ts';
import type { Readiness } from './readiness.ts';
import type { WorkloadCall } from './workload-gate.ts';

type HealthImplementation = Pick<Implementation<ServiceHandlers<'health'>, WorkloadCall>, 'Check'>;

/**
 * Health as SPIRE's agent has it: asked about as a whole, it is serving if a workload that asks now gets an answer, and
 * "you have no identity" is one. It is found out on the caller itself, by the same attestation.
 */
export function healthService(readiness: Readiness): HealthImplementation {
  return {
    Check: async ({ service }, call) => {
      if (service !== '') throw invalidArgument('per-service health is not supported');
      const isServing = readiness.isReady && (await canAttest(call));
      return { status: isServing ? 'SERVING' : 'NOT_SERVING' };
    },
  };
}

async function canAttest(call: WorkloadCall): Promise<boolean> {
  try {
    await call.attest();
    return true;
  } catch {
    return false; // which is the answer
  }
}
