import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { startProcess } from '../support/cli-process.ts';
import type { CliProcess } from '../support/cli-process.ts';
import { Installation, TRUST_DOMAIN } from '../support/installation.ts';
import type { User } from '../support/installation.ts';

/** The first build downloads the modules; go.sum pins them. */
const BUILD_TIMEOUT_MS = 300_000;
const AUDIENCE = 'spiffe://example.org/other';
const IDS = { a: `spiffe://${TRUST_DOMAIN}/a`, b: `spiffe://${TRUST_DOMAIN}/b` };

const USERS = {
  a: { uid: 61001, gid: 61001 },
  b: { uid: 61002, gid: 61002 },
  stranger: { uid: 61003, gid: 61003 },
} satisfies Record<string, User>;

function obstacle(): string | undefined {
  if (process.geteuid!() !== 0) return 'needs root, to run workloads as other users';
  if (spawnSync('go', ['version']).error !== undefined) return 'needs Go';
  return undefined;
}

t.setTimeout(BUILD_TIMEOUT_MS + 60_000);

t.test('go-spiffe workloads', { skip: obstacle() ?? false }, async (t) => {
  const installation = new Installation(t);
  const program = buildWorkload(installation);
  const run = async (user: User, ...args: string[]): Promise<string[]> =>
    (await installation.runWorkload(program, args, user)).trimEnd().split('\n');
  const watch = (t: Parameters<typeof startProcess>[0], user: User): CliProcess =>
    startProcess(t, {
      command: program,
      args: ['watch'],
      env: { SPIFFE_ENDPOINT_SOCKET: installation.endpoint },
      user,
    });

  await installation.startServer();
  await installation.admitNode();
  await installation.createEntry({ path: '/a', uid: USERS.a.uid, x509Ttl: '16s' });
  const entryOfB = await installation.createEntry({ path: '/b', uid: USERS.b.uid });
  const agent = installation.startAgent();
  await agent.printed(/"msg":"Attested"/);

  await t.test(
    'WEP-02 WEP-15 WAPI-04 an X509Source has the SPIFFE ID of its user, and verifies it',
    async (t) => {
      t.same(await run(USERS.a, 'x509'), [IDS.a]);
      t.same(await run(USERS.b, 'x509'), [IDS.b]);
    },
  );

  await t.test('a JWTSource has it too, and other workloads validate the token', async (t) => {
    const [subject, token] = await run(USERS.a, 'jwt', AUDIENCE);
    t.equal(subject, IDS.a);
    t.same(await run(USERS.b, 'validate', AUDIENCE, token!), [IDS.a]);
    await t.rejects(run(USERS.b, 'validate', 'somebody else', token!), {
      message: /InvalidArgument/,
    });
  });

  await t.test('a BundleSource has the authorities of both kinds', async (t) => {
    t.same(await run(USERS.b, 'bundle', TRUST_DOMAIN), [`${TRUST_DOMAIN} 1 1`]);
  });

  await t.test('INT-02 who has no entry is refused by every fetch', async (t) => {
    const refusal = 'PermissionDenied: no identity issued';
    t.same(await run(USERS.stranger, 'refusals'), [refusal, refusal, refusal, refusal]);
  });

  await t.test('STR-02 a watcher sees the renewal before the first SVID ends', async (t) => {
    const started = process.hrtime.bigint();
    const watcher = watch(t, USERS.a);
    await watcher.printed(updatesOf(IDS.a, 2));
    const elapsedSeconds = Number(process.hrtime.bigint() - started) / 1e9;
    watcher.signal('SIGTERM');
    t.equal(await watcher.ended, 0, watcher.stderr());
    const updates = watcher.stdout().trimEnd().split('\n');
    const serials = new Set(updates.map((line) => line.split(' ')[0]));
    t.equal(serials.size, updates.length, 'each update is another SVID');
    t.ok(updates.every((line) => line.endsWith(` ${IDS.a}`)));
    t.ok(elapsedSeconds < 16, `after ${elapsedSeconds} s`);
    t.equal(watcher.stderr(), '', 'and nothing went wrong on the way');
  });

  await t.test('STR-05 STR-09 a watcher outlives its entry and its agent', async (t) => {
    const watcher = watch(t, USERS.b);
    await watcher.printed(updatesOf(IDS.b, 1));
    await installation.deleteEntry(entryOfB);
    await watcher.printed(/code = PermissionDenied desc = no identity issued/);
    await installation.createEntry({ path: '/b', uid: USERS.b.uid });
    await watcher.printed(updatesOf(IDS.b, 2));
    agent.signal('SIGTERM');
    t.equal(await agent.ended, 0, agent.stderr());
    await watcher.printed(/code = Unavailable/);
    installation.startAgent();
    await watcher.printed(updatesOf(IDS.b, 3));
  });
});

/** What a watcher has printed after so many X.509 contexts. */
function updatesOf(id: string, count: number): RegExp {
  return new RegExp(`(^[0-9a-f]+ ${id}\n[^]*){${count}}`, 'm');
}

function buildWorkload(installation: Installation): string {
  const program = installation.path('workload');
  execFileSync('go', ['build', '-o', program, '.'], {
    cwd: join(import.meta.dirname, 'go/workload'),
    env: { ...process.env, CGO_ENABLED: '0' },
    timeout: BUILD_TIMEOUT_MS,
  });
  chmodSync(program, 0o755);
  return program;
}
