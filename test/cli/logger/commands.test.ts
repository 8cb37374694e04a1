import t from 'tap';
import { checkCliRows } from '../../support/cli-rows.ts';
import { runCli } from '../../support/run-cli.ts';
import { startTestServer } from '../../support/test-server.ts';

const server = await startTestServer(t);
const admin = (args: readonly string[]) => runCli([...args, '--socket', server.socketPath]);

t.test('logger get, set, reset', async (t) => {
  await checkCliRows(
    t,
    [
      { name: 'as it started', args: ['logger', 'get'], exitCode: 0, stdout: /^debug\n$/ },
      {
        name: 'set, in JSON the response itself',
        args: ['logger', 'set', '--level', 'error', '--output', 'json'],
        exitCode: 0,
        stdout: /^\{\n {2}"current_level": "ERROR",\n {2}"launch_level": "DEBUG"\n\}\n$/,
      },
      {
        name: 'it stays',
        args: ['logger', 'get', '--output', 'table'],
        exitCode: 0,
        stdout: /^LEVEL {2}STARTED WITH\nerror {2}debug\n$/,
      },
      { name: 'back', args: ['logger', 'reset'], exitCode: 0, stdout: /^debug\n$/ },
      {
        name: 'no level',
        args: ['logger', 'set'],
        exitCode: 2,
        stderr: /^error: missing --level <LEVEL>\n/,
      },
      {
        name: 'a level there is not',
        args: ['logger', 'set', '--level', 'loud'],
        exitCode: 2,
        stderr: /Allowed choices are trace, debug, info, warn, error, fatal/,
      },
    ],
    admin,
  );
});
