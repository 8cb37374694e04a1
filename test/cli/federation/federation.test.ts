import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { systemClock } from '../../../runtime/clock.ts';
import { bundleEndpoint, documentOf } from '../../support/bundle-endpoint.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { runCli } from '../../support/run-cli.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { startTestServer } from '../../support/test-server.ts';
import { shownBy } from '../../support/tls-peers.ts';

const server = await startTestServer(t);
const ca = await FakeCa.create('one.test', systemClock);
const ID = 'spiffe://one.test/endpoint';
const bundleFile = join(temporaryDirectory(t), 'one.pem');
writeFileSync(bundleFile, ca.pem());
const port = await bundleEndpoint(t, await shownBy(ca, ID), (_request, response) =>
  response.end(documentOf(ca, 7n)),
);
const url = `https://127.0.0.1:${port}/`;
const cli = (...args: readonly string[]) =>
  runCli(['federation', ...args, '--socket', server.socketPath]);
const spiffe = ['--profile', 'https_spiffe', '--endpoint-spiffe-id', ID];

t.test('from the first word to the last', async (t) => {
  t.match(await cli('list'), {
    exitCode: 0,
    stdout: '',
    stderr: 'no trust domain is federated with\n',
  });
  const one = ['--trust-domain', 'one.test'];
  const created = await cli('create', ...one, '--endpoint-url', url, ...spiffe);
  t.equal(created.exitCode, 0);
  t.match(
    created.stdout,
    /one\.test\thttps:\S+\thttps_spiffe\tspiffe:\/\/one\.test\/endpoint\tnone/,
  );
  t.match(created.stderr, /`vouchsafe federation refresh --trust-domain one\.test` fetches it/);
  t.match(await cli('refresh', ...one), {
    exitCode: 1,
    stderr: /local copy of the bundle of "one\.test" not found/,
  });
  t.match(await cli('update', ...one, '--bundle-file', bundleFile), {
    exitCode: 0,
    stdout: /https_spiffe\t\S+\tstored, number 0/,
  });
  t.match(await cli('refresh', ...one), {
    exitCode: 0,
    stdout: 'the bundle of one.test is up to date\n',
  });
  t.match(await cli('show', ...one), { exitCode: 0, stdout: /stored, number 7/ });
  const web = await cli('update', ...one, '--profile', 'https_web', '--output', 'json');
  t.match(JSON.parse(web.stdout), {
    results: [{ federation_relationship: { bundle_endpoint_url: url, https_web: {} } }],
  });
  t.match(await cli('update', ...one, '--endpoint-spiffe-id', ID), {
    exitCode: 0,
    stdout: /https_spiffe/,
  });
  const two = ['--trust-domain', 'two.test'];
  const home = ['--endpoint-url', 'https://two.test', '--profile', 'https_web'];
  t.match(await cli('create', ...two, ...home), { exitCode: 0 });
  t.match(await cli('list', '--output', 'json'), {
    stdout: /one\.test[^]*two\.test/,
    stderr: '',
  });
  t.match(await cli('create', ...two, ...home), {
    exitCode: 1,
    stderr: /there is one with trust domain "two\.test"/,
  });
  t.match(await cli('delete', ...one, ...two, '--trust-domain', 'three.test'), {
    exitCode: 1,
    stdout: /one\.test\tdeleted\ntwo\.test\tdeleted\nthree\.test\tNOT_FOUND/,
  });
});

t.test('what cannot be', async (t) => {
  const three = ['--trust-domain', 'three.test'];
  const at = ['--endpoint-url', 'https://three.test'];
  for (const [args, exitCode, stderr] of [
    [['create', ...three, ...at], 2, /--profile <PROFILE>/],
    [['create', ...three, ...at, '--profile', 'https'], 2, /choices are https_web, https_spiffe/],
    [['create', ...three, ...at, '--profile', 'https_spiffe'], 2, /needs --endpoint-spiffe-id/],
    [
      ['create', ...three, ...at, ...spiffe, '--profile', 'https_web'],
      2,
      /belongs to --profile https_spiffe/,
    ],
    [['create', '--trust-domain', 'A B', ...at, ...spiffe], 2, /trust domain is a name/],
    [
      ['create', ...three, '--endpoint-url', 'http://three.test', ...spiffe],
      1,
      /must use the https scheme/,
    ],
    [['create', ...three, ...at, ...spiffe, '--bundle-file', '/none'], 1, /cannot read the input/],
    [['update', ...three], 2, /nothing to change/],
    [['update', ...three, ...at], 1, /NOT_FOUND: federation relationship does not exist/],
    [['show', ...three], 1, /NOT_FOUND: federation relationship does not exist/],
    [['refresh', ...three], 1, /no relationship with trust domain "three\.test"/],
    [['delete'], 2, /--trust-domain <NAME>/],
  ] as const) {
    t.match(await cli(...args), { exitCode, stderr }, args.join(' '));
  }
});
