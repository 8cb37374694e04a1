import { Selector } from '@vouchsafe/pki/selector';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { nearest } from '../../runtime/nearest.ts';
import type { Sliced } from '../../runtime/slices.ts';
import type { EntryIndex } from '../cache/entry-index.ts';
import type { RegistrationEntry } from '../cache/entry.ts';
import { entitlement } from '../cache/identities.ts';
import type { SelectorSet } from '../cache/selector-set.ts';

/** What an answer has of entries, at most. */
const MAX_ENTRIES = 20;
/** Entries that are compared in one turn of the event loop. */
const PER_STEP = 1000;

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
export function* explainProcess(
  selectors: SelectorSet,
  index: EntryIndex,
  spiffeId: SpiffeId | undefined,
): Sliced<EntryExplanation[]> {
  // By the very rules of the Workload API.
  const entitled = entitlement(index, selectors);
  const given = new Set(entitled);
  const asked: { readonly entry: RegistrationEntry; readonly lacks: number }[] = [];
  let looked = 0;
  for (const entry of index.entries()) {
    if (++looked % PER_STEP === 0) yield;
    const lacks = lacking(entry, selectors).length;
    const isAsked =
      spiffeId === undefined ? lacks < entry.selectors.length : entry.spiffeId.equals(spiffeId);
    if (isAsked) asked.push({ entry, lacks: given.has(entry) ? -1 : lacks });
  }
  return asked
    .sort((a, b) => a.lacks - b.lacks)
    .slice(0, MAX_ENTRIES)
    .map(({ entry, lacks }) => ({
      entry,
      given: given.has(entry),
      missing: missingOf(entry, selectors),
      hiddenBy:
        lacks === 0 && !entry.storeSvid
          ? entitled.find(({ hint }) => hint === entry.hint)
          : undefined,
    }));
}

const lacking = ({ selectors: wanted }: RegistrationEntry, selectors: SelectorSet): Selector[] =>
  wanted.filter((selector) => !selectors.has(selector.toString()));

function missingOf(entry: RegistrationEntry, selectors: SelectorSet): MissingSelector[] {
  const wanted = new Set(entry.selectors.map(String));
  const spare = [...selectors.texts].filter((text) => !wanted.has(text));
  return lacking(entry, selectors).map((selector) => ({
    selector,
    nearest: nearestOf(selector, spare),
  }));
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
