import t from 'tap';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readJoinToken } from '../../../agent/node/join-token.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

t.test('is what is configured, or what stands in the file now', async (t) => {
  t.equal(await readJoinToken({}), undefined);
  t.equal(await readJoinToken({ join_token: 'abc' }), 'abc');
  const path = join(temporaryDirectory(t), 'token');
  writeFileSync(path, 'first\n');
  t.equal(await readJoinToken({ join_token_file: path }), 'first');
  writeFileSync(path, 'second');
  t.equal(await readJoinToken({ join_token_file: path }), 'second');
});

for (const [name, content] of [
  ['nothing', ' \n'],
  ['two words', 'secret-one secret-two'],
  ['something long', 'secret'.repeat(1000)],
] as const) {
  t.test(`T-27: a file with ${name} is refused, and not quoted`, async (t) => {
    const path = join(temporaryDirectory(t), 'token');
    writeFileSync(path, content);
    const error = await readJoinToken({ join_token_file: path }).catch((e: unknown) => e);
    t.match(error, { code: 'AGENT_JOIN_TOKEN_UNREADABLE' });
    t.notMatch((error as Error).message, /secret/);
  });
}

t.test('a device without end is refused, and a pipe is read', async (t) => {
  const endless = readJoinToken({ join_token_file: '/dev/zero' });
  await t.rejects(endless, { code: 'AGENT_JOIN_TOKEN_UNREADABLE', message: /larger/ });
  const pipe = join(temporaryDirectory(t), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const [token] = await Promise.all([
    readJoinToken({ join_token_file: pipe }),
    writeFile(pipe, 'from-a-pipe\n'),
  ]);
  t.equal(token, 'from-a-pipe');
});

t.test('a file that is not there is refused by name', async (t) => {
  const answer = readJoinToken({ join_token_file: '/nowhere/token' });
  await t.rejects(answer, { code: 'AGENT_JOIN_TOKEN_UNREADABLE', message: /\/nowhere\/token/ });
});
