import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { EntrySpec } from '../registration/entry.ts';
import type { RegistrarScope } from './role.ts';

/** Why an entry is outside of what a registrar may register; undefined for one that is wholly within one of the scopes. */
export function scopeProblem(
  entry: EntrySpec,
  scopes: readonly RegistrarScope[],
): string | undefined {
  if (entry.admin) return 'a registrar makes nobody an admin';
  if (entry.downstream) return 'a registrar makes nobody a downstream server';
  const problems = scopes.map((scope) => outside(entry, scope));
  if (problems.includes(undefined)) return undefined;
  return problems[0] ?? 'the registrar role covers nothing';
}

function outside(entry: EntrySpec, scope: RegistrarScope): string | undefined {
  const { spiffeId, parentId, dnsNames } = entry;
  if (!scope.paths.some((path) => isBelow(spiffeId, path))) {
    return `the registrar role covers the paths ${list(scope.paths)}, and not ${spiffeId.toString()}`;
  }
  if (!scope.parents.some((parent) => parent.equals(parentId))) {
    return `the registrar role covers the parents ${list(scope.parents)}, and not ${parentId.toString()}`;
  }
  const name = dnsNames.find((one) => !isCovered(one, scope.dnsSuffixes));
  if (name === undefined) return undefined;
  const covered = scope.dnsSuffixes.length === 0 ? 'no DNS names' : list(scope.dnsSuffixes);
  return `the registrar role covers ${covered}, and not ${name}`;
}

/** Whole segments: /web is not above /website. */
const isBelow = ({ path }: SpiffeId, prefix: string): boolean =>
  path === prefix || path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`);

const isCovered = (name: string, suffixes: readonly string[]): boolean =>
  suffixes.some((suffix) => name.toLowerCase().endsWith(suffix));

const list = (items: readonly { toString(): string }[]): string => items.map(String).join(', ');
