import { join } from 'node:path';
import t from 'tap';
import { spireApiPage } from '../../../docs/generate/spire-api.ts';
import { ACCESS } from '../../../server/api/access.ts';

const text = spireApiPage(join(import.meta.dirname, '../../..')).join('\n');

t.test('every method of the server has its line, with who may call it', async (t) => {
  for (const method of Object.keys(ACCESS)) {
    const name = method.slice(method.lastIndexOf('.') + 1);
    t.ok(text.includes(`| \`${name}\` |`), name);
  }
  t.match(text, /`Agent\/AttestAgent` \| yes \| yes \| yes \| yes \|.* yes \|/);
  t.match(text, /`Agent\/RenewAgent` \| +\| +\| +\| yes \|/);
  t.match(text, /`Agent\/BanAgent` \| +\| yes \| yes \| +\|/);
});

t.test('every rule names what shows it, or what is missing', async (t) => {
  const lines = text.split('\n').filter((line) => /^\| [A-Z]+-[A-Z0-9]+-\d\d /.test(line));
  t.ok(lines.length > 50);
  for (const line of lines) t.match(line, /\]\(\.\.\/test\/|\*\*not yet\*\*: ./, line.slice(0, 40));
});
