import { formatDuration } from '../../runtime/duration.ts';
import type { Log } from '../../runtime/log.ts';
import { activateAt } from './authority-slot.ts';
import type { ServerConfig } from '../config.ts';

/** Says which configured lives will be cut short, since no SVID outlives the authority that signed it. */
export function warnOfShortenedTtls(config: ServerConfig, log: Log): void {
  const issuedAt = new Date(0);
  const expiresAt = new Date(config.ca_ttl * 1000);
  const guaranteed = (expiresAt.getTime() - activateAt({ issuedAt, expiresAt }).getTime()) / 1000;
  const ttls = {
    default_x509_svid_ttl: config.default_x509_svid_ttl,
    default_jwt_svid_ttl: config.default_jwt_svid_ttl,
    agent_ttl: config.agent_ttl ?? config.default_x509_svid_ttl,
  };
  for (const [key, ttl] of Object.entries(ttls)) {
    if (ttl <= guaranteed) continue;
    log.warn('SVIDs may live shorter than configured, since ca_ttl is short', {
      key,
      configured: formatDuration(ttl),
      guaranteed: formatDuration(guaranteed),
    });
  }
}
