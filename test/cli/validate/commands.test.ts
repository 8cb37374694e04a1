import { join } from 'node:path';
import t from 'tap';
import { checkCliRows } from '../../support/cli-rows.ts';
import { runCli } from '../../support/run-cli.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';
import { startEndpoint } from '../../support/workload-endpoint.ts';

const SUBJECT = 'spiffe://example.org/caller';
const endpoint = await startEndpoint(t);
const { ca, path, clock } = endpoint;
const expired = await ca.issueJwt(SUBJECT, ['me'], 300);
clock.advance(3600 * 1000);
const token = await ca.issueJwt(SUBJECT, ['me', 'you'], 300);
const validate = (...flags: readonly string[]) => ['validate', 'jwt', '--socket', path, ...flags];
const FOR_ME = ['--audience', 'me'];

t.test('a token that is good', async (t) => {
  await t.test('JSON is the response itself, the claims as JSON again', async (t) => {
    const args = validate(...FOR_ME, '--token', token, '--output', 'json');
    const { exitCode, stdout } = await runCli(args);
    t.equal(exitCode, 0);
    t.match(JSON.parse(stdout), {
      spiffe_id: SUBJECT,
      claims: { sub: SUBJECT, aud: ['me', 'you'], exp: Number, iat: Number },
    });
  });
  await t.test('a pipe gets who it is, and the claims', async (t) => {
    const { stdout } = await runCli(validate(...FOR_ME, '--token', token));
    const [spiffeId, claims] = stdout.trimEnd().split('\t');
    t.equal(spiffeId, SUBJECT);
    t.match(JSON.parse(claims!), { sub: SUBJECT });
  });
  await t.test('from standard input, where other users cannot see it', async (t) => {
    const stdin = ` ${token}\n`;
    t.match(await runCli(validate(...FOR_ME, '--token', '-'), { stdin }), { exitCode: 0 });
  });
});

t.test('one that is not, or none', async (t) => {
  const forged = `${token.slice(0, -8)}AAAAAAAA`;
  const none = join(temporaryDirectory(t), 'none.sock');
  await checkCliRows(
    t,
    [
      {
        name: 'for somebody else',
        args: validate('--audience', 'her', '--token', token),
        exitCode: 1,
        stderr: /^error: the token is not valid: token is meant for another audience\n$/,
      },
      {
        name: 'expired',
        args: validate(...FOR_ME, '--token', expired),
        exitCode: 1,
        stderr: /^error: the token is not valid: token has expired\n$/,
      },
      {
        name: 'forged',
        args: validate(...FOR_ME, '--token', forged),
        exitCode: 1,
        stderr: /^error: the token is not valid: token is not a valid JWT-SVID\n$/,
      },
      {
        name: 'nonsense',
        args: validate(...FOR_ME, '--token', 'nonsense'),
        exitCode: 1,
        stderr: /^error: the token is not valid: token is not a valid JWT-SVID\n$/,
      },
      {
        name: 'without a token',
        args: validate(...FOR_ME),
        exitCode: 2,
        stderr: /^error: missing --token <TOKEN>\n/,
      },
      {
        name: 'with nothing at all',
        args: validate(),
        exitCode: 2,
        stderr: /^error: missing --audience <AUDIENCE>, --token <TOKEN>\n/,
      },
      {
        name: 'an empty token',
        args: validate(...FOR_ME, '--token', ''),
        exitCode: 2,
        stderr: /'--token <TOKEN>' argument '' is invalid/,
      },
      {
        name: 'an empty standard input',
        args: validate(...FOR_ME, '--token', '-'),
        exitCode: 1,
        stderr: /^error: cannot read the input: standard input holds no token\n$/,
      },
      {
        name: 'no agent: which socket, and what to do',
        args: ['validate', 'jwt', '--socket', none, ...FOR_ME, '--token', token],
        exitCode: 1,
        stderr: /none\.sock\nStart the agent with `vouchsafe agent run/,
      },
    ],
    (args) => runCli(args),
  );
  await t.test('an endless standard input', async (t) => {
    const stdin = 'x'.repeat((256 << 10) + 1);
    const { exitCode, stderr } = await runCli(validate(...FOR_ME, '--token', '-'), { stdin });
    t.equal(exitCode, 1);
    t.match(stderr, /standard input is longer than any token/);
  });
  t.notMatch(endpoint.captured.text(), token.split('.')[2], 'T-27: no token in the log');
});
