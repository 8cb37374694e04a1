import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import {
  defaultDataDirectory,
  defaultSocketPath,
  systemSocketPath,
} from '../../cli/default-paths.ts';
import { temporaryDirectory } from '../support/socket-path.ts';

/** Any but root's, whose paths are fixed; the directories of these tests belong to whoever runs them. */
const OTHER_UID = 4_000_000;

t.test('root has the host’s directories', async (t) => {
  const root = { uid: 0, env: { XDG_RUNTIME_DIR: '/run/user/0', HOME: '/root' } };
  t.equal(await defaultSocketPath(root, 'server'), '/run/vouchsafe/server/api.sock');
  t.equal(await defaultSocketPath(root, 'agent'), '/run/vouchsafe/agent/api.sock');
  t.equal(systemSocketPath('agent'), '/run/vouchsafe/agent/api.sock');
  t.equal(defaultDataDirectory(root, 'server'), '/var/lib/vouchsafe/server');
});

t.test('others have their own data directory', (t) => {
  const rows = [
    { env: { HOME: '/home/a' }, path: '/home/a/.local/share/vouchsafe/agent' },
    { env: { HOME: '/home/a', XDG_DATA_HOME: '/data' }, path: '/data/vouchsafe/agent' },
    { env: { HOME: '/home/a', XDG_DATA_HOME: '' }, path: '/home/a/.local/share/vouchsafe/agent' },
    { env: { HOME: '/home/a', XDG_DATA_HOME: 'x' }, path: '/home/a/.local/share/vouchsafe/agent' },
    { env: { HOME: '' }, path: undefined },
    { env: { HOME: '', XDG_DATA_HOME: '/data' }, path: '/data/vouchsafe/agent' },
  ];
  for (const { env, path } of rows) {
    t.equal(defaultDataDirectory({ uid: OTHER_UID, env }, 'agent'), path);
  }
  t.end();
});

const uid = process.geteuid!();

t.test('a user’s sockets', { skip: uid === 0 ? 'needs a user' : false }, async (t) => {
  const home = temporaryDirectory(t);
  const runtime = temporaryDirectory(t);
  t.equal(
    await defaultSocketPath({ uid, env: { HOME: home, XDG_RUNTIME_DIR: runtime } }, 'agent'),
    join(runtime, 'vouchsafe/agent/api.sock'),
  );
  t.test('not where others could put theirs', async (t) => {
    const shared = join(home, 'shared');
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    t.equal(
      await defaultSocketPath({ uid, env: { HOME: home, XDG_RUNTIME_DIR: shared } }, 'agent'),
      join(home, '.local/share/vouchsafe/run/agent/api.sock'),
    );
  });
});

t.test('somebody else’s runtime directory is passed over, and so is his home', async (t) => {
  const theirs = temporaryDirectory(t);
  const user = { uid: OTHER_UID, env: { HOME: theirs, XDG_RUNTIME_DIR: theirs, TMPDIR: theirs } };
  const directory = join(theirs, `vouchsafe-${OTHER_UID}`);
  t.equal(await defaultSocketPath(user, 'agent'), join(directory, 'agent/api.sock'));
  t.test('a directory that waits for us in the shared one is refused', async (t) => {
    chmodSync(directory, 0o777);
    await t.rejects(defaultSocketPath(user, 'agent'), { code: 'DIRECTORY_UNSAFE' });
  });
});
