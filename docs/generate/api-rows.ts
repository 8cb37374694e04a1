import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { findEvidence, idsIn } from './evidence.ts';
import type { Evidence } from './evidence.ts';

const TEXT = z.string().min(1);

const ROW = z.strictObject({
  /** As tests name it. */
  id: z.string().regex(/^[A-Z]+-[A-Z0-9]+-\d\d$/),
  methods: z.array(TEXT).min(1),
  rule: TEXT,
  /** What is missing. */
  notYet: TEXT.optional(),
});

const SERVICES = z.array(z.strictObject({ service: TEXT, rows: z.array(ROW) }));

export type ApiRow = z.output<typeof ROW>;

/** A service of SPIRE's server API, and what holds of its methods. */
export interface ApiService {
  readonly service: string;
  readonly rows: readonly JudgedApiRow[];
}

export interface JudgedApiRow extends ApiRow {
  /** Empty for what is missing. */
  readonly evidence: readonly Evidence[];
}

/** Where the checks are that SPIRE's own client makes. */
const CLIENT = 'test/interop/go/server-api';
/** What is checked, by what name; of a name that is put together, what it begins with. */
const CHECK = /\.check\((?:[^"\n]|"[^"\n]*")*?, "((?:[^"\\\n]|\\.)*)"/g;

/**
 * Every rule of the server API with its tests.
 * @throws Error if a rule has no test and is not said to be missing, or the reverse; or if a test names a rule that is not there
 */
export function judgeApiRows(root: string): readonly ApiService[] {
  const file = path.join(root, 'test/conformance/spire-api-rows.json');
  const services = SERVICES.parse(JSON.parse(readFileSync(file, 'utf8')));
  const ids = services.flatMap(({ rows }) => rows.map(({ id }) => id));
  if (new Set(ids).size !== ids.length) throw new Error(`${file}: a row stands there twice`);
  const pattern = patternOf(ids);
  const tests = findEvidence(root, pattern);
  const checks = findChecks(root, pattern);
  for (const [id, [first]] of [...tests, ...checks]) {
    if (!ids.includes(id)) throw new Error(`${first!.file}: there is no row ${id}`);
  }
  return services.map(({ service, rows }) => ({
    service,
    rows: rows.map((row) => judge(row, tests.get(row.id) ?? [], checks.get(row.id) ?? [])),
  }));
}

/** Identifiers of the families that rows have, whether there is such a row or not. */
function patternOf(ids: readonly string[]): RegExp {
  const families = new Set(ids.map((id) => id.slice(0, id.indexOf('-'))));
  const family = [...families].join('|');
  return new RegExp(String.raw`\b((?:${family})-[A-Z0-9]+)-(\d\d)\b(?:\.\.(\d\d)\b)?`, 'g');
}

/** The client passes over what the server does not have: its checks alone do not show that it is there. */
function judge(row: ApiRow, tests: readonly Evidence[], checks: readonly Evidence[]): JudgedApiRow {
  if (row.notYet !== undefined) {
    if (tests.length === 0) return { ...row, evidence: [] };
    throw new Error(`${row.id} is shown by ${tests[0]!.file}, and yet said to be missing`);
  }
  const evidence = [...tests, ...checks];
  if (evidence.length === 0) throw new Error(`no test shows ${row.id}: ${row.rule}`);
  return { ...row, evidence };
}

function findChecks(root: string, pattern: RegExp): ReadonlyMap<string, readonly Evidence[]> {
  const found = new Map<string, Evidence[]>();
  for (const name of readdirSync(path.join(root, CLIENT)).sort()) {
    if (!name.endsWith('.go')) continue;
    const file = path.posix.join(CLIENT, name);
    const text = readFileSync(path.join(root, file), 'utf8');
    for (const [, check] of text.matchAll(CHECK)) {
      const evidence = { file, test: check!.trimEnd() };
      for (const id of idsIn(check!, pattern)) {
        found.set(id, [...(found.get(id) ?? []), evidence]);
      }
    }
  }
  return found;
}
