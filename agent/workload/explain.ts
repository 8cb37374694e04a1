import { Selector } from '@vouchsafe/pki/selector';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { nearest } from '../../runtime/nearest.ts';
import { orderEntries } from '../cache/entry.ts';
import type { RegistrationEntry } from '../cache/entry.ts';
import type { SelectorSet } from '../cache/selector-set.ts';

/** What an answer has of entries, at most. */
const MAX_ENTRIES = 20;

export interface MissingSelector {
  readonly selector: Selector;
  /** The nearest one that the process has, beside those that the entry asks for. */
  readonly nearest: Selector | undefined;
}

export interface EntryExplanation {
  readonly entry: RegistrationEntry;
  readonly given: boolean;
  readonly missing: readonly MissingSelector[];
  /** The older entry with the same hint, which the process is given in place of this one. */
  readonly hiddenBy: RegistrationEntry | undefined;
}

/**
 * Which of the entries give a process its identities, and what keeps the others from it: those that give first, then
 * those that lack least. Without a SPIFFE ID those are left out of which it has no selector.
 */
export function explainProcess(
  selectors: SelectorSet,
  entries: Iterable<RegistrationEntry>,
  spiffeId: SpiffeId | undefined,
): EntryExplanation[] {
  const all = [...entries];
  const matching = all.filter((entry) => lacks(entry, selectors) === 0 && !entry.storeSvid);
  const given = new Set(orderEntries(matching));
  return all
    .filter((entry) =>
      spiffeId === undefined
        ? lacks(entry, selectors) < entry.selectors.length
        : entry.spiffeId.equals(spiffeId),
    )
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MAX_ENTRIES)
    .map((entry) => ({
      entry,
      given: given.has(entry),
      missing: missingOf(entry, selectors),
      hiddenBy:
        matching.includes(entry) && !given.has(entry)
          ? [...given].find(({ hint }) => hint === entry.hint)
          : undefined,
    }));

  function rank(entry: RegistrationEntry): number {
    return given.has(entry) ? -1 : lacks(entry, selectors);
  }
}

const lacks = ({ selectors: wanted }: RegistrationEntry, selectors: SelectorSet): number =>
  wanted.filter((selector) => !selectors.has(selector.toString())).length;

function missingOf(entry: RegistrationEntry, selectors: SelectorSet): MissingSelector[] {
  const wanted = new Set(entry.selectors.map(String));
  const spare = [...selectors.texts].filter((text) => !wanted.has(text));
  return entry.selectors
    .filter((selector) => !selectors.has(selector.toString()))
    .map((selector) => ({ selector, nearest: nearestOf(selector, spare) }));
}

/** One that says the same thing of the process, such as its user, comes before one that merely looks like it. */
function nearestOf(selector: Selector, spare: readonly string[]): Selector | undefined {
  const topic = topicOf(selector.toString());
  const same = spare.filter((text) => topicOf(text) === topic);
  const near = nearest(selector.toString(), same.length > 0 ? same : spare) ?? same[0];
  return near === undefined ? undefined : Selector.parse(near);
}

/** The type and the key: `unix:uid` of `unix:uid:1000`. */
const topicOf = (text: string): string => text.split(':', 2).join(':');
