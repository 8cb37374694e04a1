import { status } from '@grpc/grpc-js';
import t from 'tap';
import { createLog } from '../../../runtime/log.ts';
import { call, startTestServer } from '../../support/test-server.ts';

t.test('LOGGER-LEVEL-01 the log of a server speaks as it is told', async (t) => {
  const server = await startTestServer(t); // at debug
  const logger = server.local('serverLogger');
  t.strictSame(await call(logger, logger.GetLogger, {}), {
    current_level: 'DEBUG',
    launch_level: 'DEBUG',
  });
  const rows = [
    ['ERROR', 'ERROR', 'error'],
    ['PANIC', 'FATAL', 'fatal'], // the highest there is
    ['TRACE', 'TRACE', 'trace'],
    ['WARN', 'WARN', 'warn'],
    ['INFO', 'INFO', 'info'],
  ] as const;
  let before: string = 'debug';
  for (const [asked, current, ours] of rows) {
    const answer = await call(logger, logger.SetLogLevel, { new_level: asked });
    t.strictSame(answer, { current_level: current, launch_level: 'DEBUG' }, asked);
    const changes = server.log.filter(({ msg }) => msg === 'Log level changed');
    t.match(changes.at(-1), {
      level: 'warn',
      from: before,
      to: ours,
      caller_uid: process.getuid!(),
    });
    before = ours;
  }
  t.strictSame(await call(logger, logger.ResetLogLevel, {}), {
    current_level: 'DEBUG',
    launch_level: 'DEBUG',
  });
  const audited = server.log.filter(({ type }) => type === 'audit');
  t.match(audited.at(-1), { method: /ResetLogLevel$/, new_level: 'DEBUG', status: 'OK' });
});

t.test('what is below the level is not written', async (t) => {
  const server = await startTestServer(t);
  const logger = server.local('serverLogger');
  await call(logger, logger.SetLogLevel, { new_level: 'WARN' });
  const agents = server.local('agent');
  const length = server.log.length;
  await call(agents, agents.CountAgents, {});
  t.equal(server.log.length, length);
  await call(logger, logger.ResetLogLevel, {});
  await call(agents, agents.CountAgents, {});
  t.match(server.log.at(-1), { msg: 'Call answered', method: /CountAgents$/ });
});

t.test('LOGGER-LEVEL-02 no level, and a level of another world', async (t) => {
  const server = await startTestServer(t);
  const logger = server.local('serverLogger');
  await t.rejects(call(logger, logger.SetLogLevel, {}), {
    code: status.INVALID_ARGUMENT,
    details: 'newLevel value cannot be LogLevel_UNSPECIFIED',
  });
  await t.rejects(call(logger, logger.SetLogLevel, { new_level: 8 as 7 }), {
    code: status.INVALID_ARGUMENT,
    details: 'unsupported log level',
  });
  t.match(await call(logger, logger.GetLogger, {}), { current_level: 'DEBUG' });
});

t.test('a server that starts quietly goes back to that', async (t) => {
  const lines: string[] = [];
  const log = createLog('error', { write: (line) => void lines.push(line) });
  const server = await startTestServer(t, { log });
  const logger = server.local('serverLogger');
  t.match(await call(logger, logger.GetLogger, {}), { launch_level: 'ERROR' });
  await call(logger, logger.SetLogLevel, { new_level: 'FATAL' });
  const answer = await call(logger, logger.ResetLogLevel, {});
  t.strictSame(answer, { current_level: 'ERROR', launch_level: 'ERROR' });
  t.equal(lines.length, 2, 'both changes are told');
});
