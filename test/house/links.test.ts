import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import t from 'tap';
import { listFiles, ROOT } from '../support/sources.ts';

const documents = [
  ...readdirSync(ROOT).filter((name) => name.endsWith('.md')),
  ...listFiles('.md'),
];

/** The name that a heading can be linked by. */
function anchorOf(heading: string): string {
  const plain = heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '');
  return plain.replaceAll(' ', '-');
}

/** What a document links to within this repository, and that is not there. */
function brokenLinks(text: string, folder: string): string[] {
  const prose = text.replaceAll(/^```[^]*?^```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [file = '', anchor] = link.split('#', 2);
    const target = join(folder, file);
    if (file !== '' && !existsSync(target)) return true;
    if (anchor === undefined) return false;
    const headings = (file === '' ? text : readFileSync(target, 'utf8')).matchAll(/^#+ (.*)$/gm);
    return ![...headings].some(([, heading]) => anchorOf(heading!) === anchor);
  });
}

t.test('a link that leads nowhere is seen', async (t) => {
  const text = [
    '# The `one` heading, here',
    '[a](none.md) [b](README.md) [c](#the-one-heading-here) [d](#none) [e](https://a.example/x)',
    '[f](README.md#none) `[g](none)`',
    '```\n[h](none)\n```',
  ].join('\n');
  t.strictSame(brokenLinks(text, ROOT), ['none.md', '#none', 'README.md#none']);
});

t.test('links between documents lead somewhere', async (t) => {
  t.ok(documents.includes('README.md') && documents.includes('docs/cli.md'));
  for (const document of documents) {
    const text = readFileSync(join(ROOT, document), 'utf8');
    t.strictSame(brokenLinks(text, join(ROOT, dirname(document))), [], document);
  }
});
