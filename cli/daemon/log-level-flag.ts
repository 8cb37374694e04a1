import { LOG_LEVELS } from '../../runtime/log-level.ts';

export const LOG_LEVEL_FLAG = {
  key: 'log_level',
  flags: '--log-level <LEVEL>',
  description: 'least severe level that is logged',
  choices: LOG_LEVELS,
} as const;
