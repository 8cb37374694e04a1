import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

// `vouchsafe entry show | head`: that nobody reads on is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exit(await run(process.argv.slice(2), processTerminal()));
