import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { findEvidence } from '../../../docs/generate/evidence.ts';

/** Files of a project, below its folder of tests. */
function project(t: Test, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'vouchsafe-evidence-'));
  t.teardown(() => {
    rmSync(root, { recursive: true });
  });
  for (const [name, text] of Object.entries({ 'vectors/none.json': '[]', ...files })) {
    mkdirSync(dirname(join(root, 'test', name)), { recursive: true });
    writeFileSync(join(root, 'test', name), text);
  }
  return root;
}

const rows: readonly { name: string; source: string; found: Record<string, string> }[] = [
  {
    name: 'in the name of a test',
    source: `t.test('XV-01 JV-02: refuses it', () => {});`,
    found: { 'XV-01': 'XV-01 JV-02: refuses it', 'JV-02': 'XV-01 JV-02: refuses it' },
  },
  {
    name: 'in a template',
    source: 't.test(`WEP-04: ${method} needs it`, f);',
    found: { 'WEP-04': 'WEP-04: ${method} needs it' },
  },
  {
    name: 'in a row of a table',
    source: `const rows = [['SOC-01', 'unix:///a'], { name: 'SOC-02 short' }];`,
    found: { 'SOC-01': 'SOC-01', 'SOC-02': 'SOC-02 short' },
  },
  {
    name: 'in the message of an assertion, which is called by its test',
    source: `t.test('a leaf', (t) => { t.equal(a, b, 'X509-19 X509-20'); });`,
    found: { 'X509-19': 'a leaf', 'X509-20': 'a leaf' },
  },
  {
    name: 'as a range',
    source: `t.test('ID-09..11 parses', f);`,
    found: {
      'ID-09': 'ID-09..11 parses',
      'ID-10': 'ID-09..11 parses',
      'ID-11': 'ID-09..11 parses',
    },
  },
  {
    name: 'not in a comment, nor in a longer word, nor of another list',
    source: `// XV-01\nt.test('SHA-256 F-21 AXV-01 XV-01a UUID-1', f); /* JV-01 */`,
    found: {},
  },
];

t.test('rows are found', async (t) => {
  for (const { name, source, found } of rows) {
    const evidence = findEvidence(project(t, { 'a.test.ts': source }));
    t.strictSame(
      [...evidence],
      Object.entries(found).map(([id, test]) => [id, [{ file: 'test/a.test.ts', test }]]),
      name,
    );
  }
});

t.test('a table in a file of its own is shown by who reads it', async (t) => {
  const root = project(t, {
    'vectors/ids.json': '[{ "id": "IDX-01" }, { "id": "IDX-02" }]',
    'b/reads.test.ts': `readFileSync('../vectors/ids.json')`,
    'b/reads-not.test.ts': '',
  });
  const evidence = [{ file: 'test/b/reads.test.ts', test: 'each row of test/vectors/ids.json' }];
  t.strictSame(
    [...findEvidence(root)],
    [
      ['IDX-01', evidence],
      ['IDX-02', evidence],
    ],
  );
});

t.test('one test counts once, several all, in the order of their files', async (t) => {
  const root = project(t, {
    'b.test.ts': `t.test('STR-01 b', f); t.test('STR-01 b', f);`,
    'a.test.ts': `t.test('STR-01 a', f);`,
    'docs/c.test.ts': `t.test('STR-01 c', f);`,
  });
  t.strictSame(findEvidence(root).get('STR-01'), [
    { file: 'test/a.test.ts', test: 'STR-01 a' },
    { file: 'test/b.test.ts', test: 'STR-01 b' },
  ]);
});
