import * as m0001 from './0001-foundation.ts';

/** In order, for ever: a release only adds to the end. */
export const migrations = [{ name: '0001-foundation', ...m0001 }];
