import t from 'tap';
import { AGENT_CONFIG } from '../../agent/config.ts';
import { readConfig } from '../../runtime/config-reader.ts';

const MINIMAL = {
  trust_domain: 'example.org',
  data_dir: '/var/lib/agent',
  socket_path: '/run/agent/api.sock',
  server_address: 'localhost:8081',
};

const read = (flags: Record<string, unknown>) =>
  readConfig(AGENT_CONFIG, { flags: { ...MINIMAL, ...flags } });

t.test('needs to be told little', async (t) => {
  const config = await read({});
  t.equal(config.trust_domain.name, 'example.org');
  t.strictSame(config.server_address, { kind: 'tcp', host: 'localhost', port: 8081 });
  t.match(config, {
    insecure_bootstrap: false,
    sync_interval: 5,
    workload_key_type: 'ec-p256',
    x509_svid_cache_size: 1000,
    jwt_svid_cache_size: 1000,
    allow_unauthenticated_verifiers: false,
    allowed_foreign_jwt_claims: [],
    log_level: 'info',
  });
});

t.test('takes a server on this host, and a trust domain by its SPIFFE ID', async (t) => {
  const config = await read({
    server_address: 'unix:/run/server.sock',
    trust_domain: 'spiffe://example.org',
    sync_interval: '1m30s',
  });
  t.strictSame(config.server_address, { kind: 'unix', path: '/run/server.sock' });
  t.equal(config.trust_domain.name, 'example.org');
  t.equal(config.sync_interval, 90);
});

for (const [name, flags, path] of [
  ['a trust domain that is none', { trust_domain: 'Example.org' }, 'trust_domain'],
  ['no trust domain', { trust_domain: '' }, 'trust_domain'],
  ['an address without a port', { server_address: 'localhost' }, 'server_address'],
  ['a relative socket path', { socket_path: 'api.sock' }, 'socket_path'],
  ['a socket path too long for the kernel', { socket_path: `/${'x'.repeat(107)}` }, 'socket_path'],
  ['two join tokens', { join_token: 'a', join_token_file: '/b' }, 'join_token_file'],
  [
    'proof and no proof of the server',
    { insecure_bootstrap: true, trust_bundle_path: '/b' },
    'insecure_bootstrap',
  ],
  ['a key type of seconds each', { workload_key_type: 'rsa-4096' }, 'workload_key_type'],
  ['a sync in no time', { sync_interval: '100ms' }, 'sync_interval'],
  ['a negative cache', { x509_svid_cache_size: -1 }, 'x509_svid_cache_size'],
  ['a level that is none', { log_level: 'loud' }, 'log_level'],
  ['an unknown key', { server_adress: 'localhost:1' }, 'server_adress'],
] as const) {
  t.test(`F-25: refuses ${name}`, async (t) => {
    await t.rejects(read(flags), { code: 'CONFIG_INVALID', problems: [{ path }] });
  });
}
