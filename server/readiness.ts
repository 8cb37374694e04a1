import type { Checks } from '../runtime/monitoring/checks.ts';
import type { Authorities } from './ca/authorities.ts';
import type { ServerConfig } from './config.ts';
import type { Registry } from './registry.ts';

interface ReadinessParts {
  readonly config: Pick<ServerConfig, 'trust_domain' | 'max_database_outage'>;
  readonly registry: Pick<Registry, 'findBundle' | 'staleSince'>;
  readonly authorities: Pick<Authorities, 'canSign'>;
  readonly clock: { now(): Date };
}

/** Whether agents are served, and if not, for want of what. A database that is away a while is not missed by them. */
export function readiness({ config, registry, authorities, clock }: ReadinessParts): Checks {
  const staleMs = clock.now().getTime() - (registry.staleSince ?? clock.now()).getTime();
  return {
    authorities: authorities.canSign() ? undefined : 'there is no authority to sign with',
    bundle: registry.findBundle(config.trust_domain) ? undefined : 'there is no trust bundle',
    database:
      staleMs <= config.max_database_outage * 1000
        ? undefined
        : `it has not answered for ${Math.round(staleMs / 1000)} s, longer than max_database_outage`,
  };
}
