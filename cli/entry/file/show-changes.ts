import type { Bundle, Bundle__Output } from '@vouchsafe/proto/gen/spire/api/types/Bundle';
import type { JsonValue } from '@vouchsafe/proto/struct';
import { printable, styled } from '../../terminal.ts';
import type { Output } from '../../terminal.ts';
import type { Changes } from './changes.ts';
import type { EntryUpdate } from './compare.ts';
import type { BundleChange } from './compare-bundles.ts';
import { FIELDS } from './entry-form.ts';
import type { EntryForm } from './entry-form.ts';
import { writtenForm } from './schema.ts';

/** How many of what, in a line. */
export function summaryOf({ bundles, entries }: Changes): string {
  const { creations, updates, deletions, unchanged, others } = entries;
  const parts = [
    ...(bundles.changes.length > 0 ? [`${bundles.changes.length} bundles to store`] : []),
    `${creations.length} to create`,
    `${updates.length} to change`,
    `${deletions.length} to delete`,
    `${unchanged} as they are`,
    ...(others > 0 ? [`${others} not in the file`] : []),
  ];
  return parts.join(', ');
}

/** The changes for a person: what comes with `+`, what goes with `-`, what becomes something else with `~`. */
export function* linesOf({ bundles, entries }: Changes, output: Output): Generator<string> {
  for (const change of bundles.changes) yield bundleLine(change, output);
  for (const { form } of entries.deletions) {
    yield line(output, '-', `- entry ${form.id} ${nameOf(form)}`);
  }
  for (const update of entries.updates) yield* updateLines(update, output);
  for (const form of entries.creations) yield* creationLines(form, output);
  for (const name of bundles.refreshed) {
    const why = 'is left as it is: the server fetches it from its bundle endpoint';
    yield `${printable(`  federated bundle ${name} ${why}`)}\n`;
  }
}

const STYLES = { '+': 'green', '-': 'red', '~': 'yellow' } as const;

const line = (output: Output, kind: keyof typeof STYLES, text: string): string =>
  `${styled(output, STYLES[kind], printable(text))}\n`;

function bundleLine({ bundle, known }: BundleChange, output: Output): string {
  const text = `federated bundle ${bundle.trust_domain ?? ''} (${sizeOf(bundle)})`;
  return known === undefined
    ? line(output, '+', `+ ${text}`)
    : line(output, '~', `~ ${text}, in place of ${sizeOf(known)}`);
}

function* updateLines({ known, changes }: EntryUpdate, output: Output): Generator<string> {
  yield line(output, '~', `~ entry ${known.form.id} ${nameOf(known.form)}`);
  for (const { field, from, to } of changes) {
    yield line(output, '-', `    - ${field}: ${show(from)}`);
    yield line(output, '+', `    + ${field}: ${show(to)}`);
  }
}

function* creationLines(form: EntryForm, output: Output): Generator<string> {
  const id = form.id === '' ? '' : `${form.id} `;
  yield line(output, '+', `+ entry ${id}${form.spiffe_id}`);
  const written = writtenForm(form);
  for (const field of FIELDS) {
    if (field === 'spiffe_id' || written[field] === undefined) continue;
    yield line(output, '+', `    ${field}: ${show(written[field])}`);
  }
}

const nameOf = ({ spiffe_id, parent_id, selectors }: EntryForm): string =>
  `${spiffe_id} (under ${parent_id}, ${selectors.join(' ')})`;

function sizeOf({ x509_authorities, jwt_authorities }: Bundle | Bundle__Output): string {
  const [x509, jwt] = [x509_authorities ?? [], jwt_authorities ?? []];
  return `X.509 authorities: ${x509.length}, JWT keys: ${jwt.length}`;
}

const show = (value: unknown): string =>
  value === '' ? 'none' : typeof value === 'string' ? value : JSON.stringify(value);

/** The changes for a program. */
export function jsonOf({ bundles, entries }: Changes): Readonly<Record<string, JsonValue>> {
  return {
    bundles: bundles.changes.map(bundleJson),
    bundles_refreshed_by_server: [...bundles.refreshed],
    create: entries.creations.map(formJson),
    update: entries.updates.map(updateJson),
    delete: entries.deletions.map(({ form }) => formJson(form)),
    unchanged: entries.unchanged,
    not_in_file: entries.others,
  };
}

const bundleJson = ({ bundle, known }: BundleChange): JsonValue => ({
  trust_domain: bundle.trust_domain ?? '',
  new: known === undefined,
});

const formJson = (form: EntryForm): JsonValue => writtenForm(form) as JsonValue;

const updateJson = ({ known, changes }: EntryUpdate): JsonValue => ({
  id: known.form.id,
  spiffe_id: known.form.spiffe_id,
  changes: Object.fromEntries(
    changes.map(({ field, from, to }) => [field, { from, to } as JsonValue]),
  ),
});
