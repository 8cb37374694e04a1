import t from 'tap';
import { runCli } from '../../support/run-cli.ts';
import { newAgent, startTestServer } from '../../support/test-server.ts';

t.test('an entry that nobody may ever get is created, and says so', async (t) => {
  const server = await startTestServer(t);
  const { path } = await newAgent(server);
  const create = (name: string, parent: string, selector: string) =>
    runCli([
      ...['entry', 'create', '--spiffe-id', `spiffe://example.org${name}`],
      ...['--parent-id', `spiffe://example.org${parent}`, '--selector', selector],
      ...['--socket', server.socketPath],
    ]);
  t.match(await create('/good', path, 'unix:uid:1000'), { exitCode: 0, stderr: '' });
  t.match(await create('/below', '/good', 'unix:uid:1000'), { exitCode: 0, stderr: '' });
  t.match(await create('/alias', '/spire/server', 'x509pop:san:a'), { exitCode: 0, stderr: '' });
  t.match(await create('/typo', '/goood', 'unix:uid:1000'), {
    exitCode: 0,
    stdout: /^[0-9a-f-]{36}\n$/,
    stderr: /^warning: the parent \S+\/goood is neither .*; nearest: \S+\/good\S*\n$/,
  });
  t.match(await create('/on-alias', '/alias', 'unix:uid:1'), {
    exitCode: 0,
    stderr: /^warning: no agent has all selectors of the node alias \S+\/alias/,
  });
  t.match(await create('/lost', `${path}x`, 'unix:uid:1'), {
    exitCode: 0,
    stderr: /^warning: no agent \S+x has been attested; nearest: /,
  });
});
