import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { SERVER_METRICS } from '../../server/metrics.ts';
import { askHttp } from '../support/ask-http.ts';
import { Installation, TRUST_DOMAIN } from '../support/installation.ts';

/** It downloads py-spiffe, Prometheus' client and what they need; requirements.txt pins them. */
const INSTALL_TIMEOUT_MS = 300_000;
const AUDIENCE = 'spiffe://example.org/other';
const SOURCES = join(import.meta.dirname, 'python');

function obstacle(): string | false {
  const { status } = spawnSync('python3', ['-c', 'import venv, ensurepip']);
  return status !== 0 && 'needs Python 3 with venv';
}

t.setTimeout(INSTALL_TIMEOUT_MS + 60_000);

t.test('py-spiffe workloads', { skip: obstacle() }, async (t) => {
  const installation = new Installation(t);
  const python = installPython(installation);
  const program = join(SOURCES, 'fetch.py');
  const run = async (...args: string[]): Promise<unknown> =>
    JSON.parse(await installation.runWorkload(python, [program, ...args]));

  await installation.startServer();
  await installation.admitNode();
  await installation.startAgent().printed(/"msg":"Attested"/);

  await t.test('INT-02 who has no entry is refused', async (t) => {
    t.match(await run(), { refused: /no identity issued/ });
  });

  await t.test('sources begun before their entry wait for it, and have all of it', async (t) => {
    const path = '/python';
    const id = `spiffe://${TRUST_DOMAIN}${path}`;
    const printed = run(AUDIENCE);
    await installation.createEntry({ path, uid: process.getuid!() });
    t.same(await printed, {
      x509: { spiffe_id: id, trust_domain: TRUST_DOMAIN, authorities: 1 },
      jwt: { spiffe_id: id, validated: id, audience: [AUDIENCE], authorities: 1 },
      bundles: { x509: [TRUST_DOMAIN], jwt: [TRUST_DOMAIN] },
    });
  });
});

t.test("Prometheus' parser reads what daemons measure", { skip: obstacle() }, async (t) => {
  const installation = new Installation(t);
  const python = installPython(installation);
  const path = installation.path('monitoring.sock');
  await installation.startServer('--monitoring', `unix:${path}`);
  await installation.admitNode();
  await installation.createEntry({ path: '/w', uid: process.getuid!() });
  const { body } = await askHttp(path, '/metrics');
  const program = join(SOURCES, 'metrics.py');
  const { status, stdout, stderr } = spawnSync(python, [program], {
    input: body,
    encoding: 'utf8',
  });
  t.equal(status, 0, stderr);
  const found = JSON.parse(stdout) as Readonly<Record<string, readonly [string, number]>>;
  for (const [name, { kind }] of Object.entries(SERVER_METRICS)) {
    // The parser names a counter without its ending.
    t.equal(found[name.replace(/_total$/, '')]?.[0], kind, name);
  }
  t.ok(found['vouchsafe_server_rpc_duration_seconds']![1] > 10);
  t.equal(found['vouchsafe_server_entries']![1], 1);
});

/** The interpreter of an environment that has both. */
function installPython(installation: Installation): string {
  const environment = installation.path('python');
  const options = { timeout: INSTALL_TIMEOUT_MS };
  execFileSync('python3', ['-m', 'venv', environment], options);
  const python = join(environment, 'bin', 'python');
  const requirements = join(SOURCES, 'requirements.txt');
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  execFileSync(python, [...pip, '--requirement', requirements], options);
  return python;
}
