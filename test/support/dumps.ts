import type { Test } from 'tap';
import { captureLog } from './capture-log.ts';
import { systemClock } from '../../runtime/clock.ts';
import { SERVER_CONFIG } from '../../server/config.ts';
import { dump } from '../../server/datastore/maintenance/dump.ts';
import { openMaintained } from '../../server/datastore/maintenance/open.ts';
import type { MaintainedConfig } from '../../server/datastore/maintenance/open.ts';
import { call, newAgent, newToken } from './test-server.ts';
import type { TestServer } from './test-server.ts';
import { temporaryDirectory } from './socket-path.ts';

export const maintenanceDeps = {
  clock: systemClock,
  log: captureLog().log,
  databasePassword: undefined,
};

/** An empty data directory, with a database in it, or at this address. */
export function emptyConfig(t: Test, url?: string): MaintainedConfig {
  const given = {
    data_dir: temporaryDirectory(t),
    ...(url === undefined ? {} : { database: { url } }),
  };
  return SERVER_CONFIG.pick({ data_dir: true, database: true }).parse(given);
}

/** Each line of a dump, without its end. */
export async function dumpLines(config: MaintainedConfig): Promise<string[]> {
  const database = await openMaintained(config, { databasePassword: undefined, readOnly: true });
  const lines: string[] = [];
  const write = (line: string): Promise<void> => {
    lines.push(line.slice(0, -1));
    return Promise.resolve();
  };
  try {
    await dump(database, { now: new Date(0), write });
  } finally {
    await database.close();
  }
  return lines;
}

/** The lines as a file would give them. */
export async function* given(lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(line);
}

const trust_domain = 'example.org';

/** Puts into a server some of all that it can have. */
export async function furnish(server: TestServer): Promise<void> {
  const bundles = server.local('bundle');
  const own = await call(bundles, bundles.GetBundle, {});
  const { x509_authorities, jwt_authorities } = own;
  const other = {
    trust_domain: 'other.org',
    x509_authorities,
    jwt_authorities,
    refresh_hint: '60',
  };
  await call(bundles, bundles.BatchSetFederatedBundle, { bundle: [other] });
  const domains = server.local('trustDomain');
  await call(domains, domains.BatchCreateFederationRelationship, {
    federation_relationships: [
      {
        trust_domain: 'third.org',
        bundle_endpoint_url: 'https://third.org/bundle',
        https_spiffe: { endpoint_spiffe_id: 'spiffe://third.org/bundle' },
      },
    ],
  });
  const agent = await newAgent(server, { alias: '/node' });
  const banned = await newAgent(server);
  const agents = server.local('agent');
  await call(agents, agents.BanAgent, { id: { trust_domain, path: banned.path } });
  await newToken(server, { alias: '/unused' });
  const registered = server.local('serverEntry');
  const { applied } = await call(registered, registered.ApplyEntries, {
    create: [
      {
        entry: {
          ...{ id: 'full', x509_svid_ttl: 60, jwt_svid_ttl: 61, admin: true, downstream: true },
          spiffe_id: { trust_domain, path: '/full' },
          parent_id: { trust_domain, path: agent.path },
          selectors: [
            { type: 'unix', value: 'path:/ä"\\' },
            { type: 'unix', value: 'uid:1' },
          ],
          federates_with: ['other.org'],
          ...{ expires_at: '4000000000', dns_names: ['a.b', 'c.d'], store_svid: true, hint: 'ü' },
          additional_attributes: { jwt_svid_include_jti: true },
        },
        attributes: { owner: 'payments', labels: { tier: '1' }, audience: { allow: ['db'] } },
      },
      {
        entry: {
          id: 'plain',
          spiffe_id: { trust_domain, path: '/plain' },
          parent_id: { trust_domain, path: '/node' },
          selectors: [{ type: 'unix', value: 'uid:2' }],
        },
      },
    ],
  });
  if (!applied) throw new Error('the entries were refused');
}
