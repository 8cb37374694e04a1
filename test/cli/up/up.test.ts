import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { startCli } from '../../support/cli-process.ts';
import { checkCliRows } from '../../support/cli-rows.ts';
import { runCli } from '../../support/run-cli.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

const SVID = /^X509-SVID of (\S+), valid until (\S+)$/m;

t.test('from Ctrl-C to Ctrl-C', async (t) => {
  const directory = join(temporaryDirectory(t), 'up');
  await t.test('Ctrl-C while it starts', async (t) => {
    const first = startCli(t, ['up', '--dir', directory, '--trust-domain', 'example.org']);
    await first.printed(/is up$/m);
    first.signal('SIGINT');
    t.equal(await first.ended, 0, first.stderr());
  });
  const up = startCli(t, ['up', '--dir', directory]);
  await up.printed(/^Try in another terminal/m);
  t.match(SVID.exec(up.stdout())![1], /^spiffe:\/\/example\.org\/user\//, 'it goes on there');

  await checkCliRows(
    t,
    [
      {
        name: 'another one in its directory is refused, with what to do',
        args: ['up', '--dir', directory],
        exitCode: 1,
        stderr:
          /^error: `vouchsafe up` is already running here: .*\nUse what runs there, stop it, or choose another --dir\.\n$/,
      },
      {
        name: 'what it says to try works: an SVID',
        args: ['fetch', 'x509', '--socket', join(directory, 'agent.sock')],
        exitCode: 0,
        stdout: /^spiffe:\/\/example\.org\/user\//,
      },
      {
        name: 'and the entries',
        args: ['entry', 'show', '--socket', join(directory, 'admin.sock')],
        exitCode: 0,
        stdout: /\tspiffe:\/\/example\.org\/host\t/,
      },
    ],
    (args) => runCli(args),
  );

  await t.test('Ctrl-C stops the agent and the server, cleanly and at once', async (t) => {
    const asked = performance.now();
    up.signal('SIGINT');
    t.equal(await up.ended, 0);
    t.ok(performance.now() - asked < 5000);
    t.match(up.stderr(), /stopping the agent and the server\n$/);
    const health = await runCli([
      'server',
      'healthcheck',
      '--socket',
      join(directory, 'admin.sock'),
    ]);
    t.equal(health.exitCode, 1);
  });
  await t.test('its directory keeps its trust domain', async (t) => {
    const other = await runCli(['up', '--dir', directory, '--trust-domain', 'other.org']);
    t.equal(other.exitCode, 1);
    t.match(
      other.stderr,
      /^error: this directory belongs to another trust domain: .*example\.org, not other\.org\nLeave --trust-domain out/,
    );
  });
});

t.test('of two that are started at once in one directory, one runs', async (t) => {
  const directory = join(temporaryDirectory(t), 'up');
  const ups = ['one.org', 'two.org'].map((trustDomain) =>
    startCli(t, ['up', '--dir', directory, '--trust-domain', trustDomain]),
  );
  const endings = ups.map(async (up, i) => ({ code: await up.ended, up, other: ups[1 - i]! }));
  const { code, up, other } = await Promise.race(endings);
  t.equal(code, 1);
  t.match(up.stderr(), /^error: `vouchsafe up` is already running here/);
  await other.printed(/^Try in another terminal/m);
  const [, id] = SVID.exec(other.stdout())!;
  const kept = readFileSync(join(directory, 'trust-domain'), 'utf8').trim();
  t.match(id, `spiffe://${kept}/user/`, 'and the directory is what it takes it for');
});
