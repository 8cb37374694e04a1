import { run } from './run.ts';
import { processTerminal } from './terminal.ts';

// `vouchsafe entry show | head`: that nobody reads on is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const exitCode = await run(process.argv.slice(2), processTerminal());
// To exit drops what a slower reader has not taken yet.
await Promise.all([written(process.stdout), written(process.stderr)]);
process.exit(exitCode);

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write('', () => resolve()));
}
