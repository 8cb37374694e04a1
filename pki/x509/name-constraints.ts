import { DerReader, TAG, constructed, malformed } from '../der/reader.ts';
import { NAME_TAG, ia5Text } from './extensions.ts';

const MAX_SUBTREES = 256;

interface Subtree {
  readonly tag: number;
  /** Of a URI or DNS name; empty for other kinds. */
  readonly text: string;
}

/** What names a CA may give out below itself (RFC 5280 §4.2.1.10). */
export interface NameConstraints {
  readonly permitted: readonly Subtree[];
  readonly excluded: readonly Subtree[];
}

export function readNameConstraints(value: Uint8Array): NameConstraints {
  const reader = new DerReader(DerReader.only(value, TAG.sequence).content);
  const permitted = readSubtrees(reader.readOptional(constructed(0))?.content);
  const excluded = readSubtrees(reader.readOptional(constructed(1))?.content);
  reader.end();
  return { permitted, excluded };
}

function readSubtrees(content: Uint8Array | undefined): readonly Subtree[] {
  if (content === undefined) return [];
  const reader = new DerReader(content);
  const subtrees: Subtree[] = [];
  while (!reader.isDone) {
    if (subtrees.length === MAX_SUBTREES) throw malformed('too many subtrees');
    const subtree = reader.enter(TAG.sequence);
    const { tag, content: base } = subtree.readAny();
    subtree.end(); // minimum and maximum have no use in this profile
    const isText = tag === NAME_TAG.uri || tag === NAME_TAG.dns;
    subtrees.push({ tag, text: isText ? ia5Text(base).toLowerCase() : '' });
  }
  return subtrees;
}

/** The names of a certificate, as far as constraints look at them. */
export interface ConstrainedNames {
  readonly uriHosts: readonly string[];
  readonly dnsNames: readonly string[];
  /** Tags of all names, the subject's among them unless it is empty. */
  readonly tags: ReadonlySet<number>;
}

/** Whether names may stand below these constraints; names of a kind that is constrained but not compared here may not. */
export function permits(constraints: NameConstraints, names: ConstrainedNames): boolean {
  const { permitted, excluded } = constraints;
  const kinds = [
    { tag: NAME_TAG.uri, values: names.uriHosts, isWithin: isHostWithin },
    { tag: NAME_TAG.dns, values: names.dnsNames, isWithin: isDnsNameWithin },
  ];
  const compared = new Set<number>(kinds.map(({ tag }) => tag));
  const isUnknown = [...permitted, ...excluded].some(
    ({ tag }) => !compared.has(tag) && names.tags.has(tag),
  );
  if (isUnknown) return false;
  return kinds.every(({ tag, values, isWithin }) => {
    const allowed = permitted.filter((subtree) => subtree.tag === tag);
    const denied = excluded.filter((subtree) => subtree.tag === tag);
    return values.every((value) => {
      const fits = ({ text }: Subtree): boolean => isWithin(value.toLowerCase(), text);
      return (allowed.length === 0 || allowed.some(fits)) && !denied.some(fits);
    });
  });
}

/** A constraint with a leading dot is about all below that domain, without it about that host alone. */
const isHostWithin = (host: string, constraint: string): boolean =>
  constraint.startsWith('.') ? host.endsWith(constraint) : host === constraint;

/** A name with any number of labels in front of the constraint fits; the empty one fits all. */
const isDnsNameWithin = (name: string, constraint: string): boolean =>
  constraint === '' || name === constraint || name.endsWith(`.${constraint.replace(/^\./, '')}`);
