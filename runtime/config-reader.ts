import type { z } from 'zod';
import { readBoundedFile } from './bounded-file.ts';
import { DocumentError, checkDocument, parseYaml } from './checked-document.ts';
import type { DocumentProblem, ParsedDocument } from './checked-document.ts';
import { RuntimeError, describeError } from './errors.ts';

/** A configuration file is a page or two; more is a mistake, and the parser's time grows with its square. */
const MAX_BYTES = 1 << 16;
/** All that is wrong with a configuration, at once, in the order of the file; of very many problems the first. */
export class ConfigError extends RuntimeError {
  readonly problems: readonly DocumentProblem[];

  constructor(source: string, { message, problems }: DocumentError) {
    super('CONFIG_INVALID', `${source}\n${message}`);
    this.problems = problems;
  }
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
  const { file, defaults = {}, replaced = [] } = source;
  const flags = withoutUndefined(source.flags);
  const name = file ?? 'from the flags';
  const parsed = file === undefined ? NOTHING : await parseFile(file);
  const kept = Object.entries(parsed.values).filter(([key]) => !replaced.includes(key));
  const values = await complete(withFlags(Object.fromEntries(kept), flags), defaults);
  return naming(name, () => checkDocument(schema, { ...parsed, values }));
}

const NOTHING: ParsedDocument = { values: {} };

async function parseFile(file: string): Promise<ParsedDocument> {
  const text = await readConfigFile(file);
  return naming(file, () => parseYaml(text));
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

/** What is wrong with a document is told with the name of the file. */
function naming<T>(source: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof DocumentError ? new ConfigError(source, error) : error;
  }
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
