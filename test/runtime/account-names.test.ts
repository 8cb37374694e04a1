import t from 'tap';
import { readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AccountFiles, parseNames } from '../../runtime/account-names.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { temporaryDirectory } from '../support/socket-path.ts';

t.test('reads names by ID', (t) => {
  const names = parseNames(
    [
      'root:x:0:0:root:/root:/bin/sh',
      'toor:x:0:0::/root:/bin/sh',
      'web:x:1000:1000::/:/bin/sh',
      '# comment:x:1:1',
      '+nis:x:2:2',
      '-gone:x:3:3',
      'no-id:x:',
      'text:x:abc:1',
      'negative:x:-1:1',
      'huge:x:99999999999:1',
      ':x:4:4',
      '',
    ].join('\n'),
  );
  t.strictSame(
    [...names],
    [
      [0, 'root'],
      [1000, 'web'],
    ],
    'of one ID the first; nothing of what is no account',
  );
  t.end();
});

t.test('knows the accounts of this machine', async (t) => {
  const names = await new AccountFiles({ clock: new FakeClock() }).names();
  t.equal(names.users.get(0), 'root');
  t.equal(names.groups.get(0), /^(\w+):[^:]*:0:/m.exec(readFileSync('/etc/group', 'utf8'))?.[1]);
});

t.test('follows the files, and asks them at most once a second', async (t) => {
  const directory = temporaryDirectory(t);
  const [passwdPath, groupPath] = [join(directory, 'passwd'), join(directory, 'group')];
  const clock = new FakeClock();
  const files = new AccountFiles({ clock, passwdPath, groupPath });
  const user = async () => (await files.names()).users.get(1);
  writeFileSync(passwdPath, 'one:x:1:1');
  writeFileSync(groupPath, 'staff:x:7:');
  t.equal(await user(), 'one');
  t.equal((await files.names()).groups.get(7), 'staff');

  writeFileSync(`${passwdPath}.new`, 'another:x:1:1');
  renameSync(`${passwdPath}.new`, passwdPath);
  t.equal(await user(), 'one', 'asked a moment ago');
  clock.advance(1000);
  t.equal(await user(), 'another');

  rmSync(passwdPath);
  clock.advance(1000);
  t.equal(await user(), undefined, 'a name that nobody can vouch for is none');
  t.equal((await files.names()).groups.get(7), 'staff', 'the other file is still there');

  writeFileSync(passwdPath, 'back:x:1:1');
  clock.advance(-10_000);
  t.equal(await user(), 'back', 'a clock that was set back does not stop it');

  truncateSync(passwdPath, 17 << 20);
  clock.advance(1000);
  t.equal(await user(), 'back', 'a file too large to be one is not read');
});
