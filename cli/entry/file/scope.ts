import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { EntryForm } from './entry-form.ts';
import type { Scope } from './schema.ts';

/** Why an entry is not in a scope; undefined when it is. */
export function outsideOf(scope: Scope | undefined, entry: EntryForm): string | undefined {
  if (scope === undefined) return undefined;
  const { path_prefix, parent_id, owner, environment, labels } = scope;
  const { path } = SpiffeId.parse(entry.spiffe_id);
  if (path_prefix !== undefined && !isUnder(path, path_prefix)) {
    return outside(`${entry.spiffe_id} is not under ${path_prefix}`);
  }
  for (const [field, wanted] of Object.entries({ parent_id, owner, environment })) {
    const found = entry[field as 'parent_id' | 'owner' | 'environment'];
    if (wanted !== undefined && found !== wanted) return outside(`${field} is not ${wanted}`);
  }
  for (const [key, value] of Object.entries(labels)) {
    if (!Object.hasOwn(entry.labels, key) || entry.labels[key] !== value) {
      return outside(`label ${key} is not ${value}`);
    }
  }
  return undefined;
}

const outside = (why: string): string => `is outside of the file's scope: ${why}`;

/** By whole segments: `/web` has `/web/front`, and not `/website`. */
function isUnder(path: string, prefix: string): boolean {
  const base = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return path === base || path.startsWith(`${base}/`);
}
