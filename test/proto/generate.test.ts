import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '@vouchsafe/proto/generate';
import t from 'tap';

const committed = join(import.meta.dirname, '../../proto/gen');

t.test('proto/gen is what `npm run generate` writes, byte for byte', (t) => {
  const fresh = mkdtempSync(join(tmpdir(), 'vouchsafe-gen-'));
  t.teardown(() => {
    rmSync(fresh, { recursive: true });
  });
  generate(fresh);
  t.same(filesOf(committed), filesOf(fresh));
  for (const file of filesOf(fresh)) {
    t.ok(readFileSync(join(fresh, file)).equals(readFileSync(join(committed, file))), file);
  }
  t.end();
});

function filesOf(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort();
}
