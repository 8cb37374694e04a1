import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readBoundedFile } from '../../runtime/bounded-file.ts';
import { temporaryDirectory } from '../support/socket-path.ts';

t.test('all of a file that is not too large', async (t) => {
  const path = join(temporaryDirectory(t), 'file');
  for (const size of [0, 1, 99, 100]) {
    writeFileSync(path, 'x'.repeat(size));
    t.equal((await readBoundedFile(path, 100)).toString(), 'x'.repeat(size), `${size} bytes`);
  }
});

t.test('nothing of one that is, however large', async (t) => {
  const path = join(temporaryDirectory(t), 'file');
  writeFileSync(path, 'x'.repeat(101));
  for (const large of [path, '/dev/zero', '/dev/urandom']) {
    await t.rejects(readBoundedFile(large, 100), { code: 'FILE_TOO_LARGE' }, large);
  }
});

t.test('what cannot be read is told by the system', async (t) => {
  const directory = temporaryDirectory(t);
  await t.rejects(readBoundedFile(join(directory, 'none'), 100), { code: 'ENOENT' });
  await t.rejects(readBoundedFile(directory, 100), { code: 'EISDIR' });
});
