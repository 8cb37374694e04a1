import { LineCounter, isMap, isNode, isScalar, parseDocument, visit } from 'yaml';
import type { Document } from 'yaml';
import { z } from 'zod';
import { nearest } from './nearest.ts';

/** One slip of the syntax can make thousands. */
const MAX_PROBLEMS = 50;

export interface DocumentProblem {
  /** Line in the file, 1-based; undefined for what is missing as a whole or came from elsewhere. */
  readonly line?: number;
  /** Where, as dotted keys; empty for the file itself. */
  readonly path: string;
  readonly text: string;
}

/** All that is wrong with a document, at once, in the order of its lines; of very many problems the first. */
export class DocumentError extends Error {
  readonly problems: readonly DocumentProblem[];

  constructor(problems: readonly DocumentProblem[]) {
    const told = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)).slice(0, MAX_PROBLEMS);
    const rest = problems.length - told.length;
    const lines = [...told.map(formatProblem), ...(rest === 0 ? [] : [`  … and ${rest} more`])];
    super(lines.join('\n'));
    this.name = 'DocumentError';
    this.problems = told;
  }
}

function formatProblem({ line, path, text }: DocumentProblem): string {
  const where = [line === undefined ? '' : `line ${line}`, path]
    .filter((part) => part !== '')
    .join(', ');
  return where === '' ? `  ${text}` : `  ${where}: ${text}`;
}

/** A document and, for what is said of its values, where each of them stands. */
export interface ParsedDocument {
  readonly values: Readonly<Record<string, unknown>>;
  readonly document?: Document;
  readonly lines?: LineCounter;
}

/** Reads YAML, of which JSON is a part, that is one map. @throws DocumentError */
export function parseYaml(text: string): ParsedDocument {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, logLevel: 'error', merge: false });
    const problems = [...syntaxProblems(document), ...aliasProblems(document, lines)];
    if (problems.length > 0) throw new DocumentError(problems);
    if (isMap(document.contents)) {
      const values = document.toJS({ maxAliasCount: 0 }) as Record<string, unknown>;
      return { values, document, lines };
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // the parser calls itself for each level, until the stack ends
    throw new DocumentError([{ path: '', text: 'the file is nested too deeply' }]);
  }
  throw new DocumentError([
    { path: '', text: 'the file holds no settings (expected `key: value` lines)' },
  ]);
}

function syntaxProblems(document: Document.Parsed): DocumentProblem[] {
  // What the parser only warns of, a tag of another program above all, it would read as something else than was meant.
  return [...document.errors, ...document.warnings].map((error) => ({
    line: error.linePos?.[0].line ?? 1,
    path: '',
    text: firstLine(error.message),
  }));
}

/** An alias can make a page of text into gigabytes of values, and no setting needs one. */
function aliasProblems(document: Document.Parsed, lines: LineCounter): DocumentProblem[] {
  const problems: DocumentProblem[] = [];
  visit(document, {
    Alias: (_key, { range }) => {
      const line = lines.linePos(range?.[0] ?? 0).line;
      problems.push({ line, path: '', text: 'an alias cannot be used here: write the value out' });
    },
  });
  return problems;
}

/** @throws DocumentError with every problem, its line and, for an unknown key, the nearest known one */
export function checkDocument<T extends z.ZodObject>(
  schema: T,
  parsed: ParsedDocument,
): z.output<T> {
  const result = schema.safeParse(parsed.values);
  if (result.success) return result.data;
  throw new DocumentError(
    result.error.issues.flatMap((issue) => problemsOf(issue, schema, parsed)),
  );
}

function problemsOf(
  issue: z.core.$ZodIssue,
  schema: z.ZodObject,
  parsed: ParsedDocument,
): DocumentProblem[] {
  if (issue.code !== 'unrecognized_keys') {
    const missing =
      issue.code === 'invalid_type' && issue.input === undefined && !has(parsed.values, issue.path);
    return [problemAt(issue.path, missing ? 'is required' : issue.message, parsed)];
  }
  const known = knownKeys(schema, issue.path);
  return issue.keys.map((key) => {
    const meant = nearest(key, known);
    const hint = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`;
    return problemAt([...issue.path, key], `unknown key (${hint})`, parsed);
  });
}

/** What is wrong with the value at this place. */
export function problemAt(
  path: readonly PropertyKey[],
  text: string,
  { document, lines }: ParsedDocument,
): DocumentProblem {
  const line =
    document === undefined || lines === undefined ? undefined : lineOf(document, lines, path);
  return { path: path.map(String).join('.'), text, ...(line === undefined ? {} : { line }) };
}

/** The line of the deepest part of the path that the file holds. */
function lineOf(
  document: Document,
  lines: LineCounter,
  path: readonly PropertyKey[],
): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (isMap(parent)) {
    const pair = parent.items.find(
      ({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)),
    );
    if (pair !== undefined && isNode(pair.key) && pair.key.range)
      return lines.linePos(pair.key.range[0]).line;
  }
  const node = document.getIn(path, true);
  if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  return path.length > 1 ? lineOf(document, lines, path.slice(0, -1)) : undefined;
}

function knownKeys(schema: z.ZodObject, path: readonly PropertyKey[]): string[] {
  const shape = path.reduce<unknown>(partOf, schema);
  const inner = unwrapped(shape);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}

function partOf(schema: unknown, key: PropertyKey): unknown {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodArray) return inner.element;
  return inner instanceof z.ZodObject ? inner.shape[String(key)] : undefined;
}

function unwrapped(schema: unknown): unknown {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) inner = inner.unwrap();
  return inner;
}

function has(values: unknown, path: readonly PropertyKey[]): boolean {
  let at = values;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return true;
}

const firstLine = (text: string): string => text.split('\n', 1)[0]!.replace(/:$/, '');
