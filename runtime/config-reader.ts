import { LineCounter, isMap, isNode, isScalar, parseDocument, visit } from 'yaml';
import type { Document } from 'yaml';
import { z } from 'zod';
import { readBoundedFile } from './bounded-file.ts';
import { RuntimeError, describeError } from './errors.ts';
import { nearest } from './nearest.ts';

/** A configuration file is a page or two; more is a mistake, and the parser's time grows with its square. */
const MAX_BYTES = 1 << 16;
/** One slip of the syntax can make thousands. */
const MAX_PROBLEMS = 50;

export interface ConfigProblem {
  /** Line in the file, 1-based; undefined for what came from a flag or is missing as a whole. */
  readonly line?: number;
  /** Where, as dotted keys; empty for the file itself. */
  readonly path: string;
  readonly text: string;
}

/** All that is wrong with a configuration, at once, in the order of the file; of very many problems the first. */
export class ConfigError extends RuntimeError {
  readonly problems: readonly ConfigProblem[];

  constructor(source: string, problems: readonly ConfigProblem[]) {
    const told = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)).slice(0, MAX_PROBLEMS);
    const rest = problems.length - told.length;
    const lines = [...told.map(formatProblem), ...(rest === 0 ? [] : [`  … and ${rest} more`])];
    super('CONFIG_INVALID', `${source}\n${lines.join('\n')}`);
    this.problems = told;
  }
}

function formatProblem({ line, path, text }: ConfigProblem): string {
  const where = [line === undefined ? '' : `line ${line}`, path]
    .filter((part) => part !== '')
    .join(', ');
  return where === '' ? `  ${text}` : `  ${where}: ${text}`;
}

export interface ConfigSource {
  /** YAML file; flags alone when absent. */
  readonly file?: string | undefined;
  /**
   * Values from flags and environment, in the schema's shape; they win over the file. A key within another may be one with
   * a dot (`rate_limit.signing`), and leaves its neighbours as they are. Undefined ones are not set.
   */
  readonly flags: Readonly<Record<string, unknown>>;
  /** Keys of the file that do not count, since a flag says the same by another key. */
  readonly replaced?: readonly string[];
  /** Values that depend on who runs the daemon, found out for what neither the file nor the flags set. */
  readonly defaults?: Readonly<Record<string, () => unknown>>;
}

/**
 * Reads, merges and checks a daemon's configuration.
 * @throws RuntimeError CONFIG_UNREADABLE; ConfigError with every problem, its line and, for an unknown key, the nearest known one
 */
export async function readConfig<T extends z.ZodObject>(
  schema: T,
  source: ConfigSource,
): Promise<z.output<T>> {
  const flags = withoutUndefined(source.flags);
  const { defaults = {}, replaced = [] } = source;
  if (source.file === undefined) {
    const values = await complete(withFlags({}, flags), defaults);
    return check(schema, { values, name: 'from the flags' });
  }
  const text = await readConfigFile(source.file);
  const { settings, document, lines } = parseSettings(source.file, text);
  const kept = Object.entries(settings).filter(([key]) => !replaced.includes(key));
  const values = await complete(withFlags(Object.fromEntries(kept), flags), defaults);
  return check(schema, { values, name: source.file, document, lines });
}

function withFlags(
  settings: Record<string, unknown>,
  flags: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const values = { ...settings };
  for (const [name, value] of Object.entries(flags)) {
    const [key, inner] = name.split('.') as [string, string?];
    if (inner === undefined) values[key] = value;
    // What is no map in the file is told of, and the flag would hide it.
    else if (isSettings(values[key] ?? {}))
      values[key] = { ...(values[key] ?? {}), [inner]: value };
  }
  return values;
}

const isSettings = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function complete(
  values: Record<string, unknown>,
  defaults: Readonly<Record<string, () => unknown>>,
): Promise<Record<string, unknown>> {
  const missing = Object.entries(defaults).filter(([key]) => !Object.hasOwn(values, key));
  const found = await Promise.all(missing.map(async ([key, find]) => [key, await find()]));
  return { ...withoutUndefined(Object.fromEntries(found) as Record<string, unknown>), ...values };
}

interface Settings {
  readonly settings: Record<string, unknown>;
  readonly document: Document;
  readonly lines: LineCounter;
}

function parseSettings(file: string, text: string): Settings {
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, logLevel: 'error', merge: false });
    const problems = [...syntaxProblems(document), ...aliasProblems(document, lines)];
    if (problems.length > 0) throw new ConfigError(file, problems);
    if (isMap(document.contents)) {
      const settings = document.toJS({ maxAliasCount: 0 }) as Record<string, unknown>;
      return { settings, document, lines };
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error; // the parser calls itself for each level, until the stack ends
    throw new ConfigError(file, [{ path: '', text: 'the file is nested too deeply' }]);
  }
  throw new ConfigError(file, [
    { path: '', text: 'the file holds no settings (expected `key: value` lines)' },
  ]);
}

function syntaxProblems(document: Document.Parsed): ConfigProblem[] {
  // What the parser only warns of, a tag of another program above all, it would read as something else than was meant.
  return [...document.errors, ...document.warnings].map((error) => ({
    line: error.linePos?.[0].line ?? 1,
    path: '',
    text: firstLine(error.message),
  }));
}

/** An alias can make a page of text into gigabytes of values, and no setting needs one. */
function aliasProblems(document: Document.Parsed, lines: LineCounter): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  visit(document, {
    Alias: (_key, { range }) => {
      const line = lines.linePos(range?.[0] ?? 0).line;
      problems.push({ line, path: '', text: 'an alias cannot be used here: write the value out' });
    },
  });
  return problems;
}

interface Candidate {
  readonly values: Record<string, unknown>;
  readonly name: string;
  readonly document?: Document;
  readonly lines?: LineCounter;
}

function check<T extends z.ZodObject>(schema: T, candidate: Candidate): z.output<T> {
  const result = schema.safeParse(candidate.values);
  if (result.success) return result.data;
  throw new ConfigError(
    candidate.name,
    result.error.issues.flatMap((issue) => problemsOf(issue, schema, candidate)),
  );
}

function problemsOf(
  issue: z.core.$ZodIssue,
  schema: z.ZodObject,
  candidate: Candidate,
): ConfigProblem[] {
  if (issue.code !== 'unrecognized_keys') {
    const missing =
      issue.code === 'invalid_type' &&
      issue.input === undefined &&
      !has(candidate.values, issue.path);
    return [problem(issue.path, missing ? 'is required' : issue.message, candidate)];
  }
  const known = knownKeys(schema, issue.path);
  return issue.keys.map((key) => {
    const meant = nearest(key, known);
    const hint = meant === undefined ? `known here: ${known.join(', ')}` : `did you mean ${meant}?`;
    return problem([...issue.path, key], `unknown key (${hint})`, candidate);
  });
}

function problem(
  path: readonly PropertyKey[],
  text: string,
  { document, lines }: Candidate,
): ConfigProblem {
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
  let shape: unknown = schema;
  for (const key of path) {
    while (shape instanceof z.ZodOptional || shape instanceof z.ZodDefault) shape = shape.unwrap();
    shape = shape instanceof z.ZodObject ? shape.shape[String(key)] : undefined;
  }
  while (shape instanceof z.ZodOptional || shape instanceof z.ZodDefault) shape = shape.unwrap();
  return shape instanceof z.ZodObject ? Object.keys(shape.shape) : [];
}

function has(values: unknown, path: readonly PropertyKey[]): boolean {
  let at = values;
  for (const key of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return false;
    at = (at as Record<PropertyKey, unknown>)[key];
  }
  return true;
}

async function readConfigFile(file: string): Promise<string> {
  try {
    const bytes = await readBoundedFile(file, MAX_BYTES);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new RuntimeError('CONFIG_UNREADABLE', `${file}: ${describeError(error)}`, {
      cause: error,
    });
  }
}

function withoutUndefined(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

const firstLine = (text: string): string => text.split('\n', 1)[0]!.replace(/:$/, '');
