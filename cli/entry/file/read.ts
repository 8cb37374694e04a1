import { dirname, resolve } from 'node:path';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { Bundle } from '@vouchsafe/proto/gen/spire/api/types/Bundle';
import {
  DocumentError,
  checkDocument,
  parseYaml,
  problemAt,
} from '../../../runtime/checked-document.ts';
import type { DocumentProblem, ParsedDocument } from '../../../runtime/checked-document.ts';
import { parseBundleText, readBundleFile } from '../../bundle/bundle-file.ts';
import { CliError } from '../../errors.ts';
import { STANDARD_INPUT, readInput } from '../../read-input.ts';
import type { Terminal } from '../../terminal.ts';
import { identityOf } from './entry-form.ts';
import type { EntryForm } from './entry-form.ts';
import { entryFileSchema } from './schema.ts';
import type { EntryFile, FederatedBundleForm, Scope } from './schema.ts';
import { outsideOf } from './scope.ts';

/** Some hundred thousand entries. */
const LIMITS = { than: 'any list of entries', maxBytes: 64 << 20 };

/** What a file asks for. */
export interface Wanted {
  readonly bundles: readonly Bundle[];
  readonly entries: readonly EntryForm[];
  /** Which entries of the server are the file's to delete; undefined for all. */
  readonly scope: Scope | undefined;
}

/** @throws CliError CLI_INPUT_UNREADABLE; CLI_FILE_INVALID with every problem, its line and the nearest known name */
export async function readEntryFile(path: string, terminal: Terminal): Promise<Wanted> {
  const name = path === STANDARD_INPUT ? 'standard input' : path;
  const text = decode(name, await readInput(path, terminal, LIMITS));
  const { file, parsed } = parse(name, text);
  const problems = [...bundleProblems(file, parsed), ...entryProblems(file, parsed)];
  if (problems.length > 0) throw invalid(name, new DocumentError(problems));
  const { entries, scope, federated_bundles } = file;
  const directory = path === STANDARD_INPUT ? '.' : dirname(path);
  const bundles: Bundle[] = [];
  for (const form of federated_bundles) bundles.push(await bundleOf(form, { directory, terminal }));
  return { bundles, entries, scope };
}

function decode(name: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CliError('CLI_INPUT_UNREADABLE', `${name}: it is not text in UTF-8`, { cause });
  }
}

interface Parsed {
  readonly file: EntryFile;
  readonly parsed: ParsedDocument;
}

/** What JSON can read, it reads a hundred times as fast; but only YAML's parser says where a mistake stands. */
function parse(name: string, text: string): Parsed {
  const values = parseJson(text);
  if (values !== undefined) {
    const result = entryFileSchema.safeParse(values);
    if (result.success) return { file: result.data, parsed: { values } };
  }
  try {
    const parsed = parseYaml(text);
    return { file: checkDocument(entryFileSchema, parsed), parsed };
  } catch (error) {
    throw error instanceof DocumentError ? invalid(name, error) : error;
  }
}

function parseJson(text: string): Record<string, unknown> | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined; // YAML in its flow style, or a mistake to be located
  }
}

const invalid = (name: string, cause: DocumentError): CliError =>
  new CliError('CLI_FILE_INVALID', `${name}\n${cause.message}`, { cause });

function bundleProblems(file: EntryFile, parsed: ParsedDocument): DocumentProblem[] {
  const seen = new Set<string>();
  return file.federated_bundles.flatMap(({ trust_domain: name, file: path, bundle }, at) => {
    const say = (text: string) => problemAt(['federated_bundles', at], text, parsed);
    const problems: DocumentProblem[] = [];
    if ((path === undefined) === (bundle === undefined)) {
      problems.push(say('needs either `file` or `bundle`'));
    }
    if (name === file.trust_domain) {
      problems.push(say('is that of this trust domain, which no file decides upon'));
    }
    if (seen.has(name)) problems.push(say(`${name} is in the list twice`));
    seen.add(name);
    return problems;
  });
}

function entryProblems(file: EntryFile, parsed: ParsedDocument): DocumentProblem[] {
  const ids = new Map<string, number>();
  const identities = new Map<string, number>();
  return file.entries.flatMap((entry, at) => {
    const texts = [
      foreign(entry, file.trust_domain),
      outsideOf(file.scope, entry),
      entry.id === '' ? undefined : repeated(ids, entry.id, { at, what: 'entry ID' }),
      repeated(identities, identityOf(entry), { at, what: 'SPIFFE ID, parent and selectors' }),
    ];
    return texts
      .filter((text) => text !== undefined)
      .map((text) => problemAt(['entries', at], text, parsed));
  });
}

function foreign({ spiffe_id }: EntryForm, trustDomain: string | undefined): string | undefined {
  if (trustDomain === undefined) return undefined;
  const { trustDomain: own } = SpiffeId.parse(spiffe_id);
  return own.name === trustDomain ? undefined : `${spiffe_id} is not in ${trustDomain}`;
}

function repeated(
  seen: Map<string, number>,
  key: string,
  { at, what }: { readonly at: number; readonly what: string },
): string | undefined {
  const before = seen.get(key);
  seen.set(key, before ?? at);
  return before === undefined ? undefined : `has the ${what} of entries.${before}`;
}

interface BundleContext {
  readonly directory: string;
  readonly terminal: Terminal;
}

function bundleOf(
  { trust_domain, file, bundle }: FederatedBundleForm,
  { directory, terminal }: BundleContext,
): Bundle | Promise<Bundle> {
  const trustDomain = TrustDomain.of(trust_domain);
  if (file !== undefined) return readBundleFile(resolve(directory, file), trustDomain, terminal);
  const text = typeof bundle === 'string' ? bundle : JSON.stringify(bundle);
  return parseBundleText(Buffer.from(text), {
    name: `the bundle of ${trust_domain}`,
    trustDomain,
    terminal,
  });
}
