import t from 'tap';
import { AGENT_CONFIG } from '../../../agent/config.ts';
import { readConfigKeys } from '../../../docs/generate/config-keys.ts';
import { configPage, flagDefaults } from '../../../docs/generate/config.ts';
import { SERVER_CONFIG } from '../../../server/config.ts';

const SCHEMAS = { server: SERVER_CONFIG, agent: AGENT_CONFIG };

/** Too much for a flag. */
const IN_FILES_ALONE: readonly string[] = ['roles'];

for (const daemon of ['server', 'agent'] as const) {
  const page = configPage(daemon).join('\n');

  t.test(`${daemon}: every key is there, with its flag`, async (t) => {
    const keys = readConfigKeys(SCHEMAS[daemon]).map(({ key }) => key);
    t.ok(keys.length >= Object.keys(SCHEMAS[daemon].shape).length);
    for (const key of keys) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${key}\` |`));
      t.match(row?.split(' | ')[3], IN_FILES_ALONE.includes(key) ? /^$/ : /^`--/, key);
    }
  });
}

t.test('what root finds where nothing is set, and what must be set', async (t) => {
  t.match(configPage('server').join('\n'), '| `/var/lib/vouchsafe/server` |');
  t.match(configPage('agent').join('\n'), '| `/run/vouchsafe/agent/api.sock` |');
  t.match(configPage('agent').join('\n'), '`VOUCHSAFE_JOIN_TOKEN` in the environment');
  const defaults = flagDefaults('agent');
  t.equal(defaults.get('--server <ADDRESS>'), '**required**');
  t.equal(defaults.get('--sync-interval <DURATION>'), '`5s`');
  t.equal(defaults.get('--insecure-bootstrap'), '');
});
