import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { Installation, TRUST_DOMAIN } from '../support/installation.ts';

/** It downloads py-spiffe and what that needs; requirements.txt pins it. */
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

/** The interpreter of an environment that has py-spiffe. */
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
