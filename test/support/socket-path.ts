import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Teardown {
  teardown(cleanUp: () => void): unknown;
}

/** A fresh directory short enough for Unix sockets; goes with the test. */
export function temporaryDirectory(t: Teardown): string {
  const directory = mkdtempSync(join(tmpdir(), 'vs-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
