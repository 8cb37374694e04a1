import { readFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import type { Invocation } from './verb.ts';

export async function showVersion(_flags: object, { terminal }: Invocation): Promise<void> {
  terminal.stdout.write(`vouchsafe ${await ownVersion()} (Node.js ${process.version})\n`);
}

/** Of the package that this file is part of, in a clone as well as installed. */
async function ownVersion(): Promise<string> {
  const file = await readFile(findPackageJSON(import.meta.url)!, 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}
