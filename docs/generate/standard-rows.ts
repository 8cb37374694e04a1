import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { rowIds } from './evidence.ts';

const TEXT = z.string().min(1);

const ROW = z.strictObject({
  /** As tests name it; a table of cases that one test goes through is one row, `IDX-01..89`. */
  id: z.string().regex(/^[A-Z0-9]+-\d+(\.\.\d+)?$/),
  clause: TEXT,
  rule: TEXT,
  /** What is done otherwise, and why. */
  deviation: TEXT.optional(),
  /** Why the rule binds nothing here. */
  notApplicable: TEXT.optional(),
  /** What is missing. */
  notYet: TEXT.optional(),
});

const SECTIONS = z.array(z.strictObject({ title: TEXT, rows: z.array(ROW) }));

const DIFFERENCES = z.array(z.strictObject({ what: TEXT, here: TEXT, spire: TEXT, why: TEXT }));

export type StandardRow = z.output<typeof ROW>;
export type StandardSection = z.output<typeof SECTIONS>[number];
export type SpireDifference = z.output<typeof DIFFERENCES>[number];

/** The rules of the SPIFFE standards that this project knows. */
export function readSections(root: string): readonly StandardSection[] {
  return SECTIONS.parse(readJson(root, 'rows.json'));
}

/** What is done otherwise than SPIRE does it, on purpose. */
export function readSpireDifferences(root: string): readonly SpireDifference[] {
  return DIFFERENCES.parse(readJson(root, 'spire-differences.json'));
}

/** The identifiers of a row: one, or all of its range. */
export function idsOf({ id }: StandardRow): readonly string[] {
  const [, family, first, last] = /^([A-Z0-9]+)-(\d+)(?:\.\.(\d+))?$/.exec(id)!;
  return rowIds(family!, first!, last);
}

function readJson(root: string, name: string): unknown {
  return JSON.parse(readFileSync(path.join(root, 'test/conformance', name), 'utf8'));
}
