import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import type { Test } from 'tap';
import { judgeApiRows } from '../../../docs/generate/api-rows.ts';

interface Row {
  readonly id: string;
  readonly notYet?: string;
}

interface Project {
  readonly rows: readonly Row[];
  /** Names of tests. */
  readonly tests?: readonly string[];
  /** Names of what SPIRE's client checks. */
  readonly checks?: readonly string[];
}

function project(t: Test, { rows, tests = [], checks = [] }: Project): string {
  const root = mkdtempSync(join(tmpdir(), 'vouchsafe-api-rows-'));
  t.teardown(() => {
    rmSync(root, { recursive: true });
  });
  for (const folder of ['conformance', 'vectors', 'interop/go/server-api']) {
    mkdirSync(join(root, 'test', folder), { recursive: true });
  }
  const complete = rows.map((row) => ({ methods: ['GetAgent'], rule: 'so it is', ...row }));
  const services = [{ service: 'Agent', rows: complete }];
  writeFileSync(join(root, 'test/conformance/spire-api-rows.json'), JSON.stringify(services));
  const source = tests.map((name) => `t.test(${JSON.stringify(name)}, f);`).join('\n');
  writeFileSync(join(root, 'test/a.test.ts'), source);
  const go = checks.map((name) => `s.check("Agent/GetAgent", ${name}, func(t *checking) {`);
  writeFileSync(join(root, 'test/interop/go/server-api/a.go'), go.join('\n'));
  return root;
}

const shown: readonly { name: string; given: Project; expected: readonly string[] }[] = [
  {
    name: 'a test',
    given: { rows: [{ id: 'AGENT-GET-01' }], tests: ['AGENT-GET-01 gets'] },
    expected: ['AGENT-GET-01 gets'],
  },
  {
    name: 'a test of several rows',
    given: { rows: [{ id: 'AGENT-GET-02' }], tests: ['AGENT-GET-02..02 gets'] },
    expected: ['AGENT-GET-02..02 gets'],
  },
  {
    name: "a check of SPIRE's client",
    given: { rows: [{ id: 'AGENT-GET-01' }], checks: ['"AGENT-GET-01 refuses "+each.what'] },
    expected: ['AGENT-GET-01 refuses'],
  },
  {
    name: 'a check of what is not there',
    given: { rows: [{ id: 'AGENT-GET-01', notYet: 'x' }], checks: ['"AGENT-GET-01 gets"'] },
    expected: [],
  },
];

t.test('what shows a rule', async (t) => {
  for (const { name, given, expected } of shown) {
    const [service] = judgeApiRows(project(t, given));
    const { evidence } = service!.rows[0]!;
    t.strictSame(
      evidence.map(({ test }) => test),
      expected,
      name,
    );
  }
});

const rows = [{ id: 'AGENT-GET-01' }];
const refused: readonly { name: string; given: Project; message: RegExp }[] = [
  { name: 'a rule without a test', given: { rows }, message: /no test shows AGENT-GET-01/ },
  {
    name: 'a test of a rule that is not there',
    given: { rows, tests: ['AGENT-GET-01 a', 'AGENT-BAN-07 b'] },
    message: /no row AGENT-BAN-07/,
  },
  {
    name: 'a check of a rule that is not there',
    given: { rows, checks: ['"AGENT-GET-01 a"', '"AGENT-GET-02 b"'] },
    message: /no row AGENT-GET-02/,
  },
  {
    name: 'a test of what is said to be missing',
    given: { rows: [{ id: 'AGENT-GET-01', notYet: 'x' }], tests: ['AGENT-GET-01 a'] },
    message: /said to be missing/,
  },
  {
    name: 'a rule twice',
    given: { rows: [...rows, ...rows], tests: ['AGENT-GET-01 a'] },
    message: /twice/,
  },
];

t.test('what contradicts itself is not written', async (t) => {
  for (const { name, given, message } of refused) {
    t.throws(() => judgeApiRows(project(t, given)), { message }, name);
  }
});
