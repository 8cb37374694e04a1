import type { ConfigFlag } from '../daemon/config-flags.ts';
import { SERVER_FLAGS } from '../server/flags.ts';

/** Where the database is, as the server has it. */
export const DATABASE_FLAGS: readonly ConfigFlag[] = SERVER_FLAGS.filter(
  ({ key }) => key === 'data_dir' || key.startsWith('database.'),
);
