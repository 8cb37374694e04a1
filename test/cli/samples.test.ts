import { fileURLToPath } from 'node:url';
import t from 'tap';
import { runCli } from '../support/run-cli.ts';

for (const daemon of ['server', 'agent']) {
  t.test(`the sample configuration of the ${daemon} is valid`, async (t) => {
    const file = fileURLToPath(new URL(`../../deploy/${daemon}.yaml`, import.meta.url));
    const { exitCode, stdout, stderr } = await runCli([daemon, 'validate', '--config', file]);
    t.equal(exitCode, 0, stdout + stderr);
  });
}
