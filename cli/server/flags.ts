import { KEY_TYPES } from '@vouchsafe/pki/keys/key-type';
import type { ServerConfig } from '../../server/config.ts';
import type { ConfigFlag } from '../daemon/config-flags.ts';
import { LOG_LEVEL_FLAG } from '../daemon/log-level-flag.ts';
import { MONITORING_FLAG } from '../daemon/monitoring-flag.ts';
import {
  addressFlag,
  checked,
  countFlag,
  durationFlag,
  rateFlag,
  spiffeIdFlag,
  textFlag,
  trustDomainFlag,
} from '../flag-values.ts';

/** Of the database, for where a file is not at hand. */
export const DATABASE_PASSWORD_VARIABLE = 'VOUCHSAFE_DATABASE_PASSWORD';

type Key =
  | keyof ServerConfig
  | `rate_limit.${keyof ServerConfig['rate_limit']}`
  | `database.${keyof NonNullable<ServerConfig['database']>}`;

/** Every key of the server's configuration that a flag can say. */
export const SERVER_FLAGS: readonly ConfigFlag<Key>[] = [
  {
    key: 'trust_domain',
    flags: '--trust-domain <NAME>',
    description: 'trust domain that the server is the authority of',
    parse: checked(trustDomainFlag),
  },
  {
    key: 'data_dir',
    flags: '--data-dir <DIR>',
    description: 'directory for its database and keys',
    parse: textFlag,
  },
  {
    key: 'socket_path',
    flags: '--socket <PATH>',
    description: 'Unix socket for administration',
    parse: textFlag,
  },
  {
    key: 'bind_address',
    flags: '--bind <ADDRESS>',
    description: 'where agents connect: HOST:PORT or unix:PATH',
    parse: addressFlag,
  },
  {
    key: 'ca_ttl',
    flags: '--ca-ttl <DURATION>',
    description: 'life of its authorities',
    parse: checked(durationFlag),
  },
  {
    key: 'ca_key_type',
    flags: '--ca-key-type <TYPE>',
    description: 'key type of its X.509 authorities',
    choices: KEY_TYPES,
  },
  {
    key: 'jwt_key_type',
    flags: '--jwt-key-type <TYPE>',
    description: 'key type of its JWT authorities',
    choices: KEY_TYPES,
  },
  {
    key: 'jwt_issuer',
    flags: '--jwt-issuer <TEXT>',
    description: 'issuer (iss) of JWT-SVIDs',
    parse: textFlag,
  },
  {
    key: 'default_x509_svid_ttl',
    flags: '--default-x509-svid-ttl <DURATION>',
    description: 'life of X509-SVIDs whose entry says nothing',
    parse: checked(durationFlag),
  },
  {
    key: 'default_jwt_svid_ttl',
    flags: '--default-jwt-svid-ttl <DURATION>',
    description: 'life of JWT-SVIDs whose entry says nothing',
    parse: checked(durationFlag),
  },
  {
    key: 'agent_ttl',
    flags: '--agent-ttl <DURATION>',
    description: 'life of agent SVIDs: how long an agent can be without the server',
    parse: checked(durationFlag),
  },
  {
    key: 'admin_ids',
    flags: '--admin-id <SPIFFE_ID>',
    description: 'who administers the server over its TLS port without an entry',
    parse: checked(spiffeIdFlag),
    isList: true,
  },
  {
    key: 'prune_attested_nodes_expired_for',
    flags: '--prune-attested-nodes-expired-for <DURATION>',
    description: 'forget agents that expired so long ago and can attest again',
    parse: checked(durationFlag),
  },
  {
    key: 'prune_tofu_nodes',
    flags: '--prune-tofu-nodes',
    description: 'forget those that cannot attest again too',
  },
  {
    key: 'rate_limit.attestation',
    flags: '--rate-limit-attestation <RATE>',
    description: 'attestations a second of one source, or off',
    parse: rateFlag,
  },
  {
    key: 'rate_limit.signing',
    flags: '--rate-limit-signing <RATE>',
    description: 'SVIDs a second of one agent, or off',
    parse: rateFlag,
  },
  {
    key: 'database.url',
    flags: '--database-url <URL>',
    description: 'PostgreSQL to use in place of SQLite: postgres://USER@HOST/DATABASE',
    parse: textFlag,
  },
  {
    key: 'database.password_file',
    flags: '--database-password-file <FILE>',
    description: `file with the password of the database; ${DATABASE_PASSWORD_VARIABLE} without it`,
    parse: textFlag,
  },
  {
    key: 'database.ca_file',
    flags: '--database-ca-file <FILE>',
    description: 'PEM file with the authorities of the database',
    parse: textFlag,
  },
  {
    key: 'database.cert_file',
    flags: '--database-cert-file <FILE>',
    description: 'PEM file with the certificate to show to the database',
    parse: textFlag,
  },
  {
    key: 'database.key_file',
    flags: '--database-key-file <FILE>',
    description: 'PEM file with the key of that certificate',
    parse: textFlag,
  },
  {
    key: 'database.max_connections',
    flags: '--database-max-connections <NUMBER>',
    description: 'connections to the database at once',
    parse: countFlag,
  },
  {
    key: 'database.statement_timeout',
    flags: '--database-statement-timeout <DURATION>',
    description: 'the longest a statement may run',
    parse: checked(durationFlag),
  },
  {
    key: 'max_database_outage',
    flags: '--max-database-outage <DURATION>',
    description: 'how long agents are served while the database does not answer',
    parse: checked(durationFlag),
  },
  {
    key: 'proxy_protocol_trusted_cidrs',
    flags: '--proxy-protocol-trusted-cidr <CIDR>',
    description: 'network of load balancers whose PROXY protocol headers are believed; repeatable',
    parse: textFlag,
    isList: true,
  },
  MONITORING_FLAG,
  LOG_LEVEL_FLAG,
];
