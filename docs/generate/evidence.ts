// Finds which tests show which rows of the specification, from the sources of the tests as they stand.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** A test that shows a row. */
export interface Evidence {
  /** Its file, from the root of the project. */
  readonly file: string;
  readonly test: string;
}

/** A row, or a range of rows: `XV-01`, `XV-03..05`. */
const ROW_ID =
  /\b(ID|IDX|TDX|SV|X509|XV|JWT|JV|TDB|BV|WEP|SOC|WAPI|STR|INT)-(\d+)\b(?:\.\.(\d+)\b)?/g;
/** A text that says nothing but rows, such as the message of an assertion. */
const ROWS_ONLY = /^(?:[A-Z0-9]+-[\d.]+[:,]?\s*)+$/;

/**
 * The tests of each row, below the directory `test` of `root`, in the order of their files.
 * @param pattern what the identifiers of rows look like: their family, the first number and, of a range, the last
 */
export function findEvidence(
  root: string,
  pattern: RegExp = ROW_ID,
): ReadonlyMap<string, readonly Evidence[]> {
  const directory = path.join(root, 'test');
  const vectors = readVectors(path.join(directory, 'vectors'), pattern);
  const found = new Map<string, Evidence[]>();
  const add = (id: string, evidence: Evidence): void => {
    const known = found.get(id) ?? [];
    const isKnown = known.some(
      ({ file, test }) => file === evidence.file && test === evidence.test,
    );
    if (!isKnown) found.set(id, [...known, evidence]);
  };
  for (const name of sourceFiles(directory)) {
    const file = path.posix.join('test', name);
    const text = readFileSync(path.join(directory, name), 'utf8');
    for (const { ids, test } of namesIn({ file, text, pattern })) {
      for (const id of ids) add(id, { file, test });
    }
    for (const vector of vectors) {
      if (!text.includes(`vectors/${vector.name}`)) continue;
      for (const id of vector.ids)
        add(id, { file, test: `each row of test/vectors/${vector.name}` });
    }
  }
  return found;
}

/** All but the tests of this, which name rows that are none. */
function sourceFiles(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/node_modules|^docs\//.test(name))
    .sort();
}

interface Vectors {
  readonly name: string;
  readonly ids: readonly string[];
}

/** Tables of cases in files of their own, whose rows say what they show. */
function readVectors(directory: string, pattern: RegExp): Vectors[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => ({
      name,
      ids: idsIn(readFileSync(path.join(directory, name), 'utf8'), pattern),
    }))
    .filter(({ ids }) => ids.length > 0);
}

interface Source {
  readonly file: string;
  readonly text: string;
  readonly pattern: RegExp;
}

interface NamedRows {
  readonly ids: readonly string[];
  readonly test: string;
}

/** Every text in a source file that names rows; comments do not count. */
function namesIn({ file, text: source, pattern }: Source): NamedRows[] {
  if (idsIn(source, pattern).length === 0) return [];
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const found: NamedRows[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    const ids = text === undefined ? [] : idsIn(text, pattern);
    if (text !== undefined && ids.length > 0) found.push({ ids, test: nameFor(node, text) });
    node.forEachChild(visit);
  };
  visit(tree);
  return found;
}

/** What a text is called: by itself, or by the test around it if it only says which rows. */
function nameFor(node: ts.Node, text: string): string {
  if (!ROWS_ONLY.test(text)) return text;
  for (let at = node.parent; !ts.isSourceFile(at); at = at.parent) {
    if (!ts.isCallExpression(at) || !ts.isPropertyAccessExpression(at.expression)) continue;
    if (at.expression.name.text !== 'test') continue;
    const name = at.arguments[0] === undefined ? undefined : textOf(at.arguments[0]);
    if (name !== undefined && name !== text) return name;
  }
  return text;
}

function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  return ts.isTemplateExpression(node) ? node.getText().slice(1, -1) : undefined;
}

/** The rows that a text names. */
export function idsIn(text: string, pattern: RegExp): string[] {
  const ids = [...text.matchAll(pattern)].flatMap(([, family, first, last]) =>
    rowIds(family!, first!, last),
  );
  return [...new Set(ids)];
}

/** The identifiers from the first to the last number, written as the first one is. */
export function rowIds(family: string, first: string, last = first): string[] {
  const length = Number(last) - Number(first) + 1;
  return Array.from({ length }, (_, index) => {
    return `${family}-${String(Number(first) + index).padStart(first.length, '0')}`;
  });
}
