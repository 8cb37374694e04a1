import t from 'tap';
import { startProcess } from '../../support/cli-process.ts';
import type { CliProcess } from '../../support/cli-process.ts';

const SOURCE = new URL('../../../cli/daemon/run-daemon.ts', import.meta.url).href;

/** A daemon that makes a mistake when it gets SIGUSR2, and says when it is closed. */
const daemon = (mistake: string): string => `
  import('${SOURCE}').then(({ runDaemon }) => runDaemon({
    logLevel: 'info',
    env: {},
    start: async ({ log }) => {
      process.on('SIGUSR2', () => { ${mistake} });
      const alive = setInterval(() => {}, 1000);
      log.info('started');
      return {
        ended: new Promise(() => {}),
        close: async () => { ${mistake}; clearInterval(alive); log.info('closed'); },
      };
    },
  })).then(() => process.exit(0), () => process.exit(1));`;

interface LogLine {
  readonly level: string;
  readonly msg: string;
}

const linesOf = ({ stderr }: CliProcess): LogLine[] =>
  stderr()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as LogLine);

/** The last lines are written while those before may still be on their way: their order tells nothing. */
const find = (lines: readonly LogLine[], message: string): LogLine | undefined =>
  lines.find(({ msg }) => msg === message);

for (const [name, mistake] of [
  ['a throw in a timer', 'setTimeout(() => { throw new Error("a mistake"); })'],
  ['a throw in a listener', 'process.nextTick(() => { throw new Error("a mistake"); })'],
  ['a promise that nobody looks at', 'void Promise.reject(new Error("a mistake"))'],
  ['something thrown that is no error', 'setTimeout(() => { throw undefined; })'],
] as const) {
  t.test(`T-32: ${name} is logged, and the daemon ends in order`, async (t) => {
    const child = startProcess(t, {
      command: process.execPath,
      args: ['--conditions=vouchsafe-source', '-e', daemon(mistake)],
    });
    await child.printed(/started/);
    child.signal('SIGUSR2');
    t.equal(await child.ended, 1);
    const lines = linesOf(child);
    t.match(find(lines, 'Nobody caught a failure'), { level: 'error', stack: /./ });
    t.ok(find(lines, 'closed'), 'a second mistake does not keep it from that');
    t.match(find(lines, 'Failed'), { level: 'error' });
    t.equal(child.stdout(), '');
  });
}

t.test('T-32: a mistake while it starts ends it too', async (t) => {
  const script = daemon('').replace(
    `log.info('started');`,
    `setTimeout(() => { throw 1; }); await new Promise(() => {});`,
  );
  const child = startProcess(t, {
    command: process.execPath,
    args: ['--conditions=vouchsafe-source', '-e', script],
  });
  t.equal(await child.ended, 1);
  const lines = linesOf(child);
  t.equal(lines.length, 2);
  t.ok(find(lines, 'Nobody caught a failure'));
  t.ok(find(lines, 'Failed'));
});
