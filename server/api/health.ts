import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import { invalidArgument } from '../../runtime/rpc/status.ts';
import type { ServerCall } from './server-call.ts';

export interface HealthDeps {
  /** Whether the server can do its work: its trust bundle is there, and an authority to sign with. */
  readonly isServing: () => boolean;
}

type HealthService = Pick<Implementation<ServiceHandlers<'health'>, ServerCall>, 'Check'>;

export function healthService(deps: HealthDeps): HealthService {
  return {
    Check({ service }) {
      if (service !== '') throw invalidArgument('per-service health is not supported');
      return { status: deps.isServing() ? 'SERVING' : 'NOT_SERVING' };
    },
  };
}
