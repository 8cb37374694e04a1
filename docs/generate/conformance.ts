import { findEvidence } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { code, table } from './markdown.ts';
import { idsOf, readSections, readSpireDifferences } from './standard-rows.ts';
import type { StandardRow, StandardSection } from './standard-rows.ts';

type Status = 'shown' | 'differs' | 'not applicable' | 'not yet';

/** A rule and what there is to show for it. */
export interface JudgedRow {
  readonly row: StandardRow;
  readonly status: Status;
  readonly evidence: readonly Evidence[];
  /** Why it is not shown, or not as it stands. */
  readonly reason?: string | undefined;
}

export interface JudgedSection {
  readonly title: string;
  readonly rows: readonly JudgedRow[];
}

/**
 * Every rule with its tests.
 * @throws Error if a test names a row that is not there, or shows one that is said not to be
 */
export function judgeRows(root: string): readonly JudgedSection[] {
  const sections = readSections(root);
  const found = findEvidence(root);
  checkNames(sections, found);
  return sections.map(({ title, rows }) => ({ title, rows: rows.map((row) => judge(row, found)) }));
}

function checkNames(
  sections: readonly StandardSection[],
  found: ReadonlyMap<string, readonly Evidence[]>,
): void {
  const ids = sections.flatMap(({ rows }) => rows).flatMap(idsOf);
  const known = new Set(ids);
  if (known.size !== ids.length)
    throw new Error('a row stands in test/conformance/rows.json twice');
  for (const [id, evidence] of found) {
    if (!known.has(id)) throw new Error(`${evidence[0]!.file}: there is no row ${id}`);
  }
}

function judge(row: StandardRow, found: ReadonlyMap<string, readonly Evidence[]>): JudgedRow {
  const ids = idsOf(row);
  const evidence = distinct(ids.flatMap((id) => found.get(id) ?? []));
  const missing = ids.filter((id) => !found.has(id));
  const isShown = missing.length === 0;
  const { deviation, notApplicable, notYet } = row;
  const excuse = notApplicable ?? notYet;
  if (excuse !== undefined && evidence.length > 0)
    throw new Error(
      `${row.id} is shown by ${evidence[0]!.file}, and yet said not to be: ${excuse}`,
    );
  if (notApplicable !== undefined)
    return { row, status: 'not applicable', evidence, reason: notApplicable };
  if (!isShown) return { row, status: 'not yet', evidence, reason: notYet ?? rest(ids, missing) };
  return {
    row,
    status: deviation === undefined ? 'shown' : 'differs',
    evidence,
    reason: deviation,
  };
}

/** Which of several are missing, if that needs to be said. */
function rest(ids: readonly string[], missing: readonly string[]): string | undefined {
  return ids.length === 1 ? undefined : missing.join(', ');
}

function distinct(evidence: readonly Evidence[]): Evidence[] {
  const byName = new Map(evidence.map((each) => [`${each.file}\n${each.test}`, each]));
  return [...byName.values()];
}

const INTRODUCTION = `
The rules of the SPIFFE standards that bind a server, an agent or a library, in words of our own, and the tests that
show that they are kept: the clause is where the rule stands, and the identifier is in the name of the test. The last
section is of what client libraries need beside the standards. Federation, WIT-SVIDs and the broker are not there yet, and
so their standards are not listed.`;

/** The page on the SPIFFE standards. */
export function conformancePage(root: string): string[] {
  const sections = judgeRows(root);
  return [
    '# Conformance',
    INTRODUCTION,
    summary(sections),
    ...sections.flatMap(({ title, rows }) => [
      `## ${title}`,
      table(['Row', 'Clause', 'Rule', 'Shown by'], rows.map(rowCells)),
    ]),
    '## Different from SPIRE on purpose',
    'The wire is the same. What somebody who comes from SPIRE may stumble over:',
    table(
      ['What', 'Here', 'SPIRE 1.15', 'Why'],
      readSpireDifferences(root).map(({ what, here, spire, why }) => [what, here, spire, why]),
    ),
  ];
}

const STATUSES: readonly Status[] = ['shown', 'differs', 'not applicable', 'not yet'];

function summary(sections: readonly JudgedSection[]): string {
  const count = (rows: readonly JudgedRow[], status: Status): string =>
    String(rows.filter((each) => each.status === status).length);
  const line = (title: string, rows: readonly JudgedRow[]): string[] => [
    title,
    String(rows.length),
    ...STATUSES.map((status) => count(rows, status)),
  ];
  return table(
    ['', 'rows', ...STATUSES],
    [
      ...sections.map(({ title, rows }) => line(title, rows)),
      line(
        'All',
        sections.flatMap(({ rows }) => rows),
      ),
    ],
  );
}

function rowCells({ row, status, evidence, reason }: JudgedRow): string[] {
  const remark =
    status === 'shown' ? [] : [`**${status}**${reason === undefined ? '' : `: ${reason}`}`];
  return [row.id, row.clause, row.rule, [...remark, ...evidenceLines(evidence)].join('<br>')];
}

/** Names enough to find it; the file has them all. */
const MAX_NAMES = 3;

/** Links to the files that show something, with the names of the tests. */
export function evidenceLines(evidence: readonly Evidence[]): string[] {
  const files = [...new Set(evidence.map(({ file }) => file))];
  return files.map((file) => {
    const tests = evidence.filter((each) => each.file === file);
    const names = tests.slice(0, MAX_NAMES).map(({ test }) => code(test));
    const more = tests.length > MAX_NAMES ? [`${tests.length - MAX_NAMES} more`] : [];
    return `[${file.slice('test/'.length)}](../${file}): ${[...names, ...more].join(', ')}`;
  });
}
