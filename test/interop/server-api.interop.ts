import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import t from 'tap';
import { Installation, TRUST_DOMAIN } from '../support/installation.ts';

/** The first build downloads the modules; go.sum pins them. */
const BUILD_TIMEOUT_MS = 300_000;

/** A line of the program: what came of one check of one RPC. */
interface Check {
  readonly rpc: string;
  readonly name: string;
  readonly outcome: 'ok' | 'failed' | 'not yet';
  readonly detail?: string;
}

t.setTimeout(BUILD_TIMEOUT_MS + 120_000);

const hasGo = spawnSync('go', ['version']).error === undefined;

t.test("SPIRE's SDK against the server API", { skip: !hasGo && 'needs Go' }, async (t) => {
  const installation = new Installation(t);
  const program = buildProgram(installation);
  const server = await installation.startServer();
  const where = [installation.path('admin.sock'), installation.serverAddress, TRUST_DOMAIN];
  const output = spawnSync(program, where, { encoding: 'utf8', maxBuffer: 64 << 20 });
  t.equal(output.status, 0, output.stderr);

  const checks = output.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Check);
  for (const rpc of new Set(checks.map((check) => check.rpc))) {
    t.test(rpc, (t) => {
      for (const { name, outcome, detail } of checks.filter((check) => check.rpc === rpc)) {
        if (outcome === 'not yet') t.pass(name, { skip: 'the server does not have it yet' });
        else t.equal(outcome, 'ok', name, { detail });
      }
      t.end();
    });
  }
  server.signal('SIGTERM');
  t.equal(await server.ended, 0, server.stderr());
});

function buildProgram(installation: Installation): string {
  const program = installation.path('server-api');
  execFileSync('go', ['build', '-o', program, '.'], {
    cwd: join(import.meta.dirname, 'go/server-api'),
    env: { ...process.env, CGO_ENABLED: '0' },
    timeout: BUILD_TIMEOUT_MS,
  });
  return program;
}
