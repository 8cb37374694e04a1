import { dirname } from 'node:path';
import { z } from 'zod';
import {
  address,
  duration,
  monitoringAddress,
  socketPath,
  trustDomain,
} from '../runtime/config-types.ts';
import { LOG_LEVELS } from '../runtime/log-level.ts';

/** RSA-4096 is left out: a new key for each renewal would take seconds of a core. */
const WORKLOAD_KEY_TYPES = ['ec-p256', 'ec-p384', 'rsa-2048'] as const;

const file = z.string().min(1);

/** The agent's configuration as it is written. */
export const AGENT_CONFIG = z
  .strictObject({
    trust_domain: trustDomain.describe(
      'Trust domain of this node: its name, or spiffe:// and its name',
    ),
    data_dir: file.describe('Directory for what the agent keeps; created with mode 0700'),
    socket_path: socketPath.describe('Unix socket of the Workload API; created with mode 0777'),
    admin_socket_path: socketPath
      .optional()
      .describe(
        'Unix socket that says why a process is given an identity or not; created with mode 0770. None by default',
      ),
    server_address: address.describe('Where the server is: HOST:PORT, or unix:PATH on this host'),
    trust_bundle_path: file
      .optional()
      .describe(
        'Trust bundle to know the server by the first time: PEM, or SPIFFE bundle JSON, as `vouchsafe bundle show` prints it',
      ),
    insecure_bootstrap: z
      .boolean()
      .default(false)
      .describe('Trust whatever server answers the first time; never use it over a network'),
    join_token: z
      .string()
      .min(1)
      .max(1024)
      .optional()
      .describe('Join token; better in a file, since other users can see flags'),
    join_token_file: file.optional().describe('File with the join token'),
    sync_interval: duration
      .default(5)
      .refine((seconds) => seconds >= 1 && seconds <= 3600, 'must be between 1s and 1h')
      .describe('How often a server is asked for changes that does not tell of them'),
    workload_key_type: z
      .enum(WORKLOAD_KEY_TYPES)
      .default('ec-p256')
      .describe('Key type of workloads’ X509-SVIDs'),
    x509_svid_cache_size: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(1000)
      .describe('How many X509-SVIDs are kept ready for workloads that do not ask for them yet'),
    jwt_svid_cache_size: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(1000)
      .describe('How many JWT-SVIDs are kept for workloads that ask again'),
    discover_workload_path: z
      .boolean()
      .default(true)
      .describe('Tell workloads apart by their program too: selectors unix:path and unix:sha256'),
    workload_size_limit: z
      .int()
      .default(512 << 20)
      .describe(
        'Bytes; a larger program has no unix:sha256. 0 for no limit, negative for no unix:sha256 at all',
      ),
    allow_unauthenticated_verifiers: z
      .boolean()
      .default(false)
      .describe('Give the trust bundle to processes without an identity too'),
    allowed_foreign_jwt_claims: z
      .array(z.string().min(1))
      .max(100)
      .default([])
      .describe(
        'Claims of other trust domains’ JWT-SVIDs to pass on after validation, beside sub, aud and exp',
      ),
    monitoring_address: monitoringAddress,
    log_level: z.enum(LOG_LEVELS).default('info').describe('Least severe level that is logged'),
  })
  .refine(({ join_token, join_token_file }) => !(join_token && join_token_file), {
    path: ['join_token_file'],
    message: 'cannot be set together with join_token',
  })
  .refine(
    ({ socket_path, admin_socket_path }) =>
      admin_socket_path === undefined || dirname(admin_socket_path) !== dirname(socket_path),
    {
      path: ['admin_socket_path'],
      message: 'must be in another directory than socket_path, which everybody may enter',
    },
  )
  .refine((config) => !(config.insecure_bootstrap && config.trust_bundle_path !== undefined), {
    path: ['insecure_bootstrap'],
    message: 'cannot be set together with trust_bundle_path, which already says whom to trust',
  });

/** The agent's configuration as it is used; times in seconds. */
export type AgentConfig = z.output<typeof AGENT_CONFIG>;
