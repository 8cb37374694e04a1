import t from 'tap';
import { readConfig } from '../../../runtime/config-reader.ts';
import { warnOfShortenedTtls } from '../../../server/ca/ttl-warning.ts';
import { SERVER_CONFIG } from '../../../server/config.ts';
import { captureLog } from '../../support/capture-log.ts';

const required = {
  trust_domain: 'example.org',
  data_dir: '/var/lib/server',
  socket_path: '/run/server/api.sock',
};

/** The settings that are warned of, with the life that is certain. */
async function warnings(settings: Readonly<Record<string, string>>): Promise<string[]> {
  const { log, records } = captureLog();
  const config = await readConfig(SERVER_CONFIG, { flags: { ...required, ...settings } });
  warnOfShortenedTtls(config, log);
  t.ok(records.every(({ level }) => level === 'warn'));
  return records.map(({ key, guaranteed }) => `${String(key)} ${String(guaranteed)}`);
}

const rows: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  ['the defaults', {}, []],
  ['a sixth of ca_ttl is certain', { default_x509_svid_ttl: '4h', agent_ttl: '4h' }, []],
  ['and not more', { default_x509_svid_ttl: '4h1s' }, ['default_x509_svid_ttl 4h', 'agent_ttl 4h']],
  ['the TTL of agents alone', { agent_ttl: '5h' }, ['agent_ttl 4h']],
  ['the TTL of JWT-SVIDs', { default_jwt_svid_ttl: '5h' }, ['default_jwt_svid_ttl 4h']],
  ['at most a week is', { ca_ttl: '1000h', default_jwt_svid_ttl: '166h' }, []],
  ['of however long a life', { ca_ttl: '80000h', agent_ttl: '169h' }, ['agent_ttl 7d']],
  [
    'a short ca_ttl',
    { ca_ttl: '20m' },
    ['default_x509_svid_ttl 3m20s', 'default_jwt_svid_ttl 3m20s', 'agent_ttl 3m20s'],
  ],
];

for (const [name, settings, expected] of rows) {
  t.test(name, async (t) => {
    t.strictSame(await warnings(settings), expected);
  });
}
