import { InvalidArgumentError } from 'commander';
import type { AgentConfig } from '../../agent/config.ts';
import type { ConfigFlag } from '../daemon/config-flags.ts';
import { LOG_LEVEL_FLAG } from '../daemon/log-level-flag.ts';
import { MONITORING_FLAG } from '../daemon/monitoring-flag.ts';
import { addressFlag, checked, durationFlag, textFlag, trustDomainFlag } from '../flag-values.ts';

/** The environment variable with the join token: unlike a flag, other users cannot see it. */
export const JOIN_TOKEN_VARIABLE = 'VOUCHSAFE_JOIN_TOKEN';

function numberFlag(text: string): number {
  if (/^-?\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('A whole number is needed.');
}

/** Every key of the agent's configuration that a flag can say. */
export const AGENT_FLAGS: readonly ConfigFlag<keyof AgentConfig>[] = [
  {
    key: 'trust_domain',
    flags: '--trust-domain <NAME>',
    description: 'trust domain of this node',
    parse: checked(trustDomainFlag),
  },
  {
    key: 'data_dir',
    flags: '--data-dir <DIR>',
    description: 'directory for what the agent keeps',
    parse: textFlag,
  },
  {
    key: 'socket_path',
    flags: '--socket <PATH>',
    description: 'Unix socket of the Workload API',
    parse: textFlag,
  },
  {
    key: 'admin_socket_path',
    flags: '--admin-socket <PATH>',
    description: 'Unix socket that says why a process is given an identity or not',
    parse: textFlag,
  },
  {
    key: 'server_address',
    flags: '--server <ADDRESS>',
    description: 'where the server is: HOST:PORT or unix:PATH',
    parse: addressFlag,
  },
  {
    key: 'trust_bundle_path',
    flags: '--trust-bundle <FILE>',
    description: 'trust bundle to know the server by the first time, from `vouchsafe bundle show`',
    parse: textFlag,
  },
  {
    key: 'join_token',
    flags: '--join-token <TOKEN>',
    description: `join token; others can see it here, so better use a file or ${JOIN_TOKEN_VARIABLE}`,
    parse: textFlag,
  },
  {
    key: 'join_token_file',
    flags: '--join-token-file <FILE>',
    description: 'file with the join token',
    parse: textFlag,
  },
  {
    key: 'insecure_bootstrap',
    flags: '--insecure-bootstrap',
    description: 'trust whatever server answers the first time; never over a network',
  },
  {
    key: 'sync_interval',
    flags: '--sync-interval <DURATION>',
    description: 'how often a server is asked for changes that does not tell of them',
    parse: checked(durationFlag),
  },
  {
    key: 'workload_key_type',
    flags: '--workload-key-type <TYPE>',
    description: 'key type of workloads’ X509-SVIDs',
    choices: ['ec-p256', 'ec-p384', 'rsa-2048'],
  },
  {
    key: 'x509_svid_cache_size',
    flags: '--x509-svid-cache-size <N>',
    description: 'how many X509-SVIDs are kept ready',
    parse: numberFlag,
  },
  {
    key: 'jwt_svid_cache_size',
    flags: '--jwt-svid-cache-size <N>',
    description: 'how many JWT-SVIDs are kept',
    parse: numberFlag,
  },
  {
    key: 'discover_workload_path',
    flags: '--no-discover-workload-path',
    description: 'do not tell workloads apart by their program',
  },
  {
    key: 'workload_size_limit',
    flags: '--workload-size-limit <BYTES>',
    description: 'larger programs have no unix:sha256; 0 for no limit, negative for none at all',
    parse: numberFlag,
  },
  {
    key: 'allow_unauthenticated_verifiers',
    flags: '--allow-unauthenticated-verifiers',
    description: 'give the trust bundle to processes without an identity too',
  },
  {
    key: 'allowed_foreign_jwt_claims',
    flags: '--allowed-foreign-jwt-claim <NAME>',
    description: 'claim of other trust domains’ JWT-SVIDs to pass on; repeatable',
    parse: textFlag,
    isList: true,
  },
  MONITORING_FLAG,
  LOG_LEVEL_FLAG,
];
