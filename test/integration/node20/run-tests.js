// Runs the tests named by its arguments in this one process.
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';

for (const file of argv.slice(2)) await import(pathToFileURL(file).href);
