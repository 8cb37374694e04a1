import { readFileSync } from 'node:fs';

/** What any Linux allows at least. */
const DEFAULT_LIMIT = 1024;

/** How many files this process may have open (`ulimit -n`). Node.js itself raises the soft limit to the hard one. */
export function maxOpenFiles(): number {
  const limits = readFileSync('/proc/self/limits', 'latin1');
  const soft = /^Max open files\s+(\d+|unlimited)/m.exec(limits)?.[1];
  return soft === undefined || soft === 'unlimited' ? DEFAULT_LIMIT : Number(soft);
}
