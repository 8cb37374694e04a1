import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { judgeRows } from '../../../docs/generate/conformance.ts';

interface Row {
  readonly id: string;
  readonly deviation?: string;
  readonly notApplicable?: string;
  readonly notYet?: string;
}

/** A project with these rules and tests of these names. */
function project(t: Test, rows: readonly Row[], names: readonly string[]): string {
  const root = mkdtempSync(join(tmpdir(), 'vouchsafe-conformance-'));
  t.teardown(() => {
    rmSync(root, { recursive: true });
  });
  for (const folder of ['conformance', 'vectors']) {
    mkdirSync(join(root, 'test', folder), { recursive: true });
  }
  const complete = rows.map((row) => ({ clause: '1', rule: 'so it is', ...row }));
  writeFileSync(
    join(root, 'test/conformance/rows.json'),
    JSON.stringify([{ title: 'Rules', rows: complete }]),
  );
  const source = names.map((name) => `t.test(${JSON.stringify(name)}, f);`).join('\n');
  writeFileSync(join(root, 'test/a.test.ts'), source);
  return root;
}

const judged: readonly { row: Row; names: readonly string[]; expected: object }[] = [
  { row: { id: 'XV-01' }, names: ['XV-01 a'], expected: { status: 'shown', reason: undefined } },
  { row: { id: 'XV-01' }, names: [], expected: { status: 'not yet', reason: undefined } },
  {
    row: { id: 'XV-01', notYet: 'no CRLs' },
    names: [],
    expected: { status: 'not yet', reason: 'no CRLs' },
  },
  {
    row: { id: 'XV-01', deviation: 'stricter' },
    names: ['XV-01 a'],
    expected: { status: 'differs', reason: 'stricter' },
  },
  {
    row: { id: 'XV-01', deviation: 'stricter' },
    names: [],
    expected: { status: 'not yet', reason: undefined },
  },
  {
    row: { id: 'XV-01', notApplicable: 'no client' },
    names: [],
    expected: { status: 'not applicable', reason: 'no client' },
  },
  {
    row: { id: 'XV-08..10' },
    names: ['XV-08 a', 'XV-10 b'],
    expected: { status: 'not yet', reason: 'XV-09' },
  },
  { row: { id: 'XV-08..10' }, names: ['XV-08..10 all'], expected: { status: 'shown' } },
];

t.test('each rule has its status', async (t) => {
  for (const { row, names, expected } of judged) {
    const [section] = judgeRows(project(t, [row], names));
    t.match(section!.rows[0], expected, JSON.stringify({ row, names }));
  }
});

const refused: readonly { name: string; rows: readonly Row[]; names: readonly string[] }[] = [
  { name: 'a test that names no row there is', rows: [{ id: 'XV-01' }], names: ['XV-02 a'] },
  { name: 'a row twice', rows: [{ id: 'XV-01' }, { id: 'XV-01..02' }], names: [] },
  {
    name: 'a test of what is said to be missing',
    rows: [{ id: 'XV-01', notYet: 'x' }],
    names: ['XV-01 a'],
  },
  {
    name: 'a test of what is said not to apply',
    rows: [{ id: 'XV-01', notApplicable: 'x' }],
    names: ['XV-01 a'],
  },
];

t.test('what contradicts itself is not written', async (t) => {
  for (const { name, rows, names } of refused) {
    t.throws(() => judgeRows(project(t, rows, names)), Error, name);
  }
});
