import type { Logger } from '@vouchsafe/proto/gen/spire/api/types/Logger';
import type { LogLevel__Output } from '@vouchsafe/proto/gen/spire/api/types/LogLevel';
import type { ServiceHandlers } from '@vouchsafe/proto/services';
import type { RootLog } from '../../runtime/log.ts';
import type { LogLevel } from '../../runtime/log-level.ts';
import type { Implementation } from '../../runtime/rpc/adapter.ts';
import { invalidArgument } from '../../runtime/rpc/status.ts';
import { callerFields } from './caller.ts';
import type { ServerCall } from './server-call.ts';

export interface LoggerDeps {
  readonly log: RootLog;
}

type LoggerService = Implementation<ServiceHandlers<'serverLogger'>, ServerCall>;
type Name = Exclude<LogLevel__Output, 'UNSPECIFIED'>;

/** Nothing of ours is above `fatal`, which so stands for both of theirs. */
const LEVELS: Readonly<Record<Name, LogLevel>> = {
  PANIC: 'fatal',
  FATAL: 'fatal',
  ERROR: 'error',
  WARN: 'warn',
  INFO: 'info',
  DEBUG: 'debug',
  TRACE: 'trace',
};

const NAMES: Readonly<Record<LogLevel, Name>> = {
  fatal: 'FATAL',
  error: 'ERROR',
  warn: 'WARN',
  info: 'INFO',
  debug: 'DEBUG',
  trace: 'TRACE',
};

/** `spire.api.server.logger.v1.Logger`, which is on the admin socket alone. */
export function loggerService({ log }: LoggerDeps): LoggerService {
  const launchLevel = log.level;
  const answer = (): Logger => ({
    current_level: NAMES[log.level],
    launch_level: NAMES[launchLevel],
  });
  return {
    GetLogger: answer,
    SetLogLevel({ new_level }, call) {
      call.audit.set('new_level', new_level);
      changeLevel(log, levelOf(new_level), call);
      return answer();
    },
    ResetLogLevel(_request, call) {
      call.audit.set('new_level', NAMES[launchLevel]);
      changeLevel(log, launchLevel, call);
      return answer();
    },
  };
}

function levelOf(name: LogLevel__Output): LogLevel {
  if (name === 'UNSPECIFIED') {
    throw invalidArgument('newLevel value cannot be LogLevel_UNSPECIFIED');
  }
  // A number that is none of the enum comes as it is.
  if (!Object.hasOwn(LEVELS, name)) throw invalidArgument('unsupported log level');
  return LEVELS[name];
}

/** Written whatever the levels are: a log that falls silent says that it was told to. */
function changeLevel(log: RootLog, level: LogLevel, { caller }: ServerCall): void {
  const before = log.level;
  log.level = 'info';
  log.warn('Log level changed', { from: before, to: level, ...callerFields(caller) });
  log.level = level;
}
