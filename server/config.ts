import { BlockList, isIPv6 } from 'node:net';
import { KEY_TYPES } from '@vouchsafe/pki/keys/key-type';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { z } from 'zod';
import {
  address,
  duration,
  monitoringAddress,
  parsed,
  socketPath,
  spiffeId,
  trustDomain,
} from '../runtime/config-types.ts';
import { parsePostgresUrl } from './datastore/postgres/location.ts';
import { LOG_LEVELS } from '../runtime/log-level.ts';
import { ROLES } from './roles/role.ts';

const HOUR = 3600;
/** TTLs travel as int32; and an authority of more than ten years is a mistake, not a plan. */
const MAX_TTL = 10 * 365 * 24 * HOUR;
/** The server looks after its authorities every ten seconds, which has to be well within what is left of a life then. */
const MIN_CA_TTL = 60;
const ttl = duration
  .refine((seconds) => seconds <= MAX_TTL, 'must be ten years or less')
  .refine((seconds) => Number.isInteger(seconds), 'must be whole seconds');

/** Calls a second, or no limit. */
const rate = z.union([z.number().int().min(1).max(1_000_000), z.literal('off')], {
  error: 'must be a whole number between 1 and 1000000, or off',
});

const rateLimit = z.strictObject({
  attestation: rate
    .default(50)
    .describe('Attestations a second of one source: an IPv4 address or an IPv6 /64 network'),
  signing: rate
    .default('off')
    .describe(
      'X509-SVIDs, and JWT-SVIDs, a second of one agent, and the most in one call. Agents are served in turn without it too',
    ),
});

/** A list of networks as Node.js looks addresses up in it; of none there is no list. */
function blockListOf(cidrs: readonly string[], context: z.RefinementCtx): BlockList | undefined {
  const list = new BlockList();
  for (const [at, cidr] of cidrs.entries()) {
    try {
      const [network = '', bits = '', ...rest] = cidr.split('/');
      if (!/^\d{1,3}$/.test(bits) || rest.length > 0) throw new TypeError('no network');
      list.addSubnet(network, Number(bits), isIPv6(network) ? 'ipv6' : 'ipv4');
    } catch {
      const message = 'must be a network such as 10.0.0.0/8 or fd00::/8';
      context.addIssue({ code: 'custom', message, path: [at] });
    }
  }
  return cidrs.length === 0 ? undefined : list;
}

const file = z.string().min(1);

const pathPrefix = z
  .string()
  .refine(isPathPrefix, 'must be a path of a SPIFFE ID such as /payments, and not all of them');
const dnsSuffix = z
  .string()
  .regex(
    /^(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/,
    'must be a suffix such as .payments.example.org',
  );

/** A prefix of everything would be an admin by another name. */
function isPathPrefix(text: string): boolean {
  const path = text.endsWith('/') ? text.slice(0, -1) : text;
  try {
    return path !== '' && SpiffeId.parse(`spiffe://example.org${path}`).path === path;
  } catch {
    return false;
  }
}

const database = z.strictObject({
  url: parsed(parsePostgresUrl).describe(
    'Where it is, without a password: postgres://USER@HOST:PORT/DATABASE. TLS is verified for any host but this one, ?sslmode=disable does without it; postgres:///DATABASE?host=/DIRECTORY&user=USER is a Unix socket',
  ),
  password_file: file
    .optional()
    .describe(
      'File with the password, read again for each connection; without it the password is VOUCHSAFE_DATABASE_PASSWORD in the environment',
    ),
  ca_file: file
    .optional()
    .describe('PEM file with the authorities of the database; those of Node.js by default'),
  cert_file: file.optional().describe('PEM file with the certificate to show to the database'),
  key_file: file.optional().describe('PEM file with the key of cert_file'),
  max_connections: z
    .number()
    .int()
    .min(3)
    .max(1000)
    .default(20)
    .describe('Connections of this server to the database at once, 3 or more'),
  statement_timeout: duration.default(10).describe('The longest a statement may run'),
});

const account = z.union([z.string().min(1), z.number().int().min(0).max(4_294_967_294)]);
const accounts = z.array(account).max(1000).default([]);

const role = z
  .strictObject({
    role: z.enum(ROLES),
    users: accounts,
    groups: accounts,
    spiffe_ids: z.array(spiffeId).max(1000).default([]),
    paths: z.array(pathPrefix).max(1000).optional(),
    parents: z.array(spiffeId).max(1000).optional(),
    dns_suffixes: z.array(dnsSuffix).max(1000).default([]),
  })
  .superRefine(({ role: name, users, groups, spiffe_ids: ids, ...scope }, context) => {
    const problem = (message: string): void => context.addIssue({ code: 'custom', message });
    if (users.length + groups.length + ids.length === 0) {
      problem('names nobody: say users, groups or spiffe_ids');
    }
    const { paths, parents, dns_suffixes: suffixes } = scope;
    if (name !== 'registrar' && (paths ?? parents ?? suffixes[0]) !== undefined) {
      problem(`paths, parents and dns_suffixes are for registrars, not for role ${name}`);
    }
    if (name === 'registrar' && !(paths?.length && parents?.length)) {
      problem('a registrar needs paths and parents');
    }
  });

/** The server's configuration as it is written. */
export const SERVER_CONFIG = z.strictObject({
  trust_domain: trustDomain.describe(
    'Trust domain this server is the authority of: its name, or spiffe:// and its name',
  ),
  data_dir: z
    .string()
    .min(1)
    .describe('Directory for the database and the keys; created with mode 0700'),
  socket_path: socketPath.describe('Unix socket for administration; created with mode 0770'),
  bind_address: address
    .default({ kind: 'tcp', host: '0.0.0.0', port: 8081 })
    .describe('Where agents connect: HOST:PORT, or unix:PATH for agents on this host'),
  proxy_protocol_trusted_cidrs: z
    .array(z.string())
    .max(1000)
    .transform(blockListOf)
    .optional()
    .describe(
      'Networks of the load balancers whose PROXY protocol headers (version 1 or 2) say where a client is: a list of CIDRs. Headers of others are refused',
    ),
  database: database
    .optional()
    .describe('PostgreSQL in place of SQLite in data_dir; several servers may share it'),
  max_database_outage: duration
    .default(HOUR)
    .describe('How long agents are served from memory while the database does not answer'),
  ca_ttl: ttl
    .refine((seconds) => seconds >= MIN_CA_TTL, 'must be a minute or more')
    .default(24 * HOUR)
    .describe(
      'Life of an authority. Its successor is published at half of it, and signs when a sixth is left',
    ),
  ca_key_type: z.enum(KEY_TYPES).default('ec-p256').describe('Key type of X.509 authorities'),
  jwt_key_type: z
    .enum(KEY_TYPES)
    .optional()
    .describe('Key type of JWT authorities; that of ca_key_type by default'),
  jwt_issuer: z
    .string()
    .min(1)
    .max(1024)
    .optional()
    .describe('Issuer (iss) of JWT-SVIDs; left out by default'),
  default_x509_svid_ttl: ttl
    .default(HOUR)
    .describe('Life of an X509-SVID whose entry says nothing'),
  default_jwt_svid_ttl: ttl.default(300).describe('Life of a JWT-SVID whose entry says nothing'),
  agent_ttl: ttl
    .optional()
    .describe(
      'Life of an agent SVID: how long an agent can be without its server. default_x509_svid_ttl by default',
    ),
  admin_ids: z
    .array(spiffeId)
    .max(1000)
    .default([])
    .describe(
      'SPIFFE IDs whose X509-SVIDs administer the server over bind_address, beside those with an entry for it; of other trust domains too, if their bundle is stored',
    ),
  roles: z
    .array(role)
    .max(1000)
    .default([])
    .describe(
      'Who may administer what: a list of role (admin, registrar, operator, auditor) with users, groups and spiffe_ids, and for registrars paths, parents and dns_suffixes. Without it whoever can open socket_path is an admin',
    ),
  prune_attested_nodes_expired_for: duration
    .optional()
    .describe(
      'Agents whose SVID expired so long ago are forgotten, if they can attest again by themselves and are not banned; none by default',
    ),
  prune_tofu_nodes: z
    .boolean()
    .default(false)
    .describe('Whether agents that cannot attest again by themselves are forgotten too'),
  rate_limit: rateLimit
    .prefault({})
    .describe('How often callers may call; those beyond it wait until their deadline'),
  monitoring_address: monitoringAddress,
  log_level: z.enum(LOG_LEVELS).default('info').describe('Least severe level that is logged'),
});

/** The server's configuration as it is used; times in seconds. */
export type ServerConfig = z.output<typeof SERVER_CONFIG>;
