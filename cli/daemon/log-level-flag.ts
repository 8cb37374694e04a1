import type { LogLevel } from '../../runtime/log.ts';

/** As in runtime/log.ts, which is not loaded for this: it brings the logger with it. */
const LEVELS: readonly LogLevel[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];

export const LOG_LEVEL_FLAG = {
  key: 'log_level',
  flags: '--log-level <LEVEL>',
  description: 'least severe level that is logged',
  choices: LEVELS,
} as const;
