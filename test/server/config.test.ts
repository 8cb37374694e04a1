import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readConfig } from '../../runtime/config-reader.ts';
import { SERVER_CONFIG } from '../../server/config.ts';
import { temporaryDirectory } from '../support/socket-path.ts';

const MINIMAL = {
  trust_domain: 'example.org',
  data_dir: '/var/lib/server',
  socket_path: '/run/server/api.sock',
};

const read = (flags: Record<string, unknown>) =>
  readConfig(SERVER_CONFIG, { flags: { ...MINIMAL, ...flags } });

t.test('needs to be told little', async (t) => {
  const config = await read({});
  t.equal(config.trust_domain.name, 'example.org');
  t.match(config, {
    bind_address: { kind: 'tcp', host: '0.0.0.0', port: 8081 },
    ca_ttl: 86_400,
    ca_key_type: 'ec-p256',
    jwt_key_type: undefined,
    jwt_issuer: undefined,
    default_x509_svid_ttl: 3600,
    default_jwt_svid_ttl: 300,
    agent_ttl: undefined,
    admin_ids: [],
    prune_attested_nodes_expired_for: undefined,
    prune_tofu_nodes: false,
    rate_limit: { attestation: 50, signing: 'off' },
    log_level: 'info',
  });
});

t.test('takes what it is told', async (t) => {
  const config = await read({
    trust_domain: 'spiffe://other.org',
    bind_address: 'unix:/run/server.sock',
    ca_ttl: '30d',
    ca_key_type: 'rsa-4096',
    jwt_key_type: 'ec-p384',
    agent_ttl: 90,
    default_jwt_svid_ttl: '1m30s',
  });
  t.equal(config.trust_domain.name, 'other.org');
  t.match(config, {
    bind_address: { kind: 'unix', path: '/run/server.sock' },
    ca_ttl: 30 * 86_400,
    ca_key_type: 'rsa-4096',
    jwt_key_type: 'ec-p384',
    agent_ttl: 90,
    default_jwt_svid_ttl: 90,
  });
});

for (const [name, flags, path] of [
  ['a trust domain that is none', { trust_domain: 'Example.org' }, 'trust_domain'],
  ['a trust domain with a path', { trust_domain: 'spiffe://example.org/x' }, 'trust_domain'],
  ['no trust domain', { trust_domain: '' }, 'trust_domain'],
  ['no data directory', { data_dir: '' }, 'data_dir'],
  ['a relative socket path', { socket_path: 'api.sock' }, 'socket_path'],
  ['a socket path too long for the kernel', { socket_path: `/${'x'.repeat(107)}` }, 'socket_path'],
  ['an address without a port', { bind_address: 'localhost' }, 'bind_address'],
  ['a port that is none', { bind_address: 'localhost:65536' }, 'bind_address'],
  ['a life of no time', { ca_ttl: '0s' }, 'ca_ttl'],
  ['a life too short to rotate in', { ca_ttl: '59s' }, 'ca_ttl'],
  ['a life of more than ten years', { ca_ttl: '3651d' }, 'ca_ttl'],
  ['parts of a second, which no certificate holds', { ca_ttl: '90.5s' }, 'ca_ttl'],
  ['the same for SVIDs', { default_x509_svid_ttl: '1500ms' }, 'default_x509_svid_ttl'],
  ['and agents', { agent_ttl: '100ms' }, 'agent_ttl'],
  ['a TTL that is negative', { default_jwt_svid_ttl: -1 }, 'default_jwt_svid_ttl'],
  ['a key type that SPIFFE has not', { ca_key_type: 'ed25519' }, 'ca_key_type'],
  ['a weak key', { jwt_key_type: 'rsa-1024' }, 'jwt_key_type'],
  ['an issuer without a name', { jwt_issuer: '' }, 'jwt_issuer'],
  [
    'a network without bits',
    { proxy_protocol_trusted_cidrs: ['10.0.0.0/8', '10.0.0.1'] },
    'proxy_protocol_trusted_cidrs.1',
  ],
  [
    'a network with too many bits',
    { proxy_protocol_trusted_cidrs: ['10.0.0.0/33'] },
    'proxy_protocol_trusted_cidrs.0',
  ],
  [
    'a network of a name',
    { proxy_protocol_trusted_cidrs: ['localhost/8'] },
    'proxy_protocol_trusted_cidrs.0',
  ],
  ['an administrator that is no SPIFFE ID', { admin_ids: ['ops'] }, 'admin_ids.0'],
  ['a rate of nothing', { 'rate_limit.signing': 0 }, 'rate_limit.signing'],
  ['part of a call', { 'rate_limit.attestation': 0.5 }, 'rate_limit.attestation'],
  ['a rate in words', { 'rate_limit.attestation': 'few' }, 'rate_limit.attestation'],
  ['a limit of something else', { 'rate_limit.minting': 5 }, 'rate_limit.minting'],
  ['a level that is none', { log_level: 'loud' }, 'log_level'],
  ['an unknown key', { trust_domian: 'example.org' }, 'trust_domian'],
] as const) {
  t.test(`F-25: refuses ${name}`, async (t) => {
    await t.rejects(read(flags), { code: 'CONFIG_INVALID', problems: [{ path }] });
  });
}

t.test('tells of all problems at once, with their lines and the nearest names', async (t) => {
  const file = join(temporaryDirectory(t), 'server.yaml');
  const lines = [
    'trust_domain: Example.org',
    'data_dir: /var/lib/server',
    'socket_path: api.sock',
    'ca_tll: 24h',
    'default_jwt_svid_ttl: soon',
    'ca_key_typ: ec-p256',
    '__proto__: x',
    'constructor: x',
  ];
  writeFileSync(file, lines.join('\n'));
  await t.rejects(readConfig(SERVER_CONFIG, { file, flags: {} }), {
    code: 'CONFIG_INVALID',
    problems: [
      { line: 1, path: 'trust_domain' },
      { line: 3, path: 'socket_path', text: /absolute path of at most 107 bytes/ },
      { line: 4, path: 'ca_tll', text: /ca_ttl/ },
      { line: 5, path: 'default_jwt_svid_ttl', text: /such as 90, 45s or 1h30m/ },
      { line: 6, path: 'ca_key_typ', text: /ca_key_type/ },
      { line: 7, path: '__proto__' },
      { line: 8, path: 'constructor' },
    ],
  });
});
