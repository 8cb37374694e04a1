import t from 'tap';
import { execFileSync } from 'node:child_process';
import { maxOpenFiles } from '../../../agent/endpoints/open-files.ts';

t.test('is what the system enforces', (t) => {
  const shell = `ulimit -n 400; exec "$0" --conditions=vouchsafe-source --input-type=module -e "$1"`;
  const module = new URL('../../../agent/endpoints/open-files.ts', import.meta.url).href;
  const script = `import { maxOpenFiles } from '${module}'; console.log(maxOpenFiles());`;
  const output = execFileSync('sh', ['-c', shell, process.execPath, script], { encoding: 'utf8' });
  t.equal(output.trim(), '400');
  t.ok(maxOpenFiles() >= 1024);
  t.end();
});
