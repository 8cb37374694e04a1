import t from 'tap';
import { readSources, sourcesOf } from './sources.ts';
import type { Source } from './sources.ts';

/** A rule about the sources, with a small tree that breaks it. */
export interface HouseRule {
  readonly name: string;
  /** One line for each breach. */
  readonly breaches: (sources: readonly Source[]) => readonly string[];
  /** Texts by path. */
  readonly broken: Readonly<Record<string, string>>;
  /** The breaches in that tree. */
  readonly says: readonly string[];
}

/** A sub-test for each rule: that it sees a breach, and that there is none here. */
export function testRules(rules: readonly HouseRule[]): void {
  const sources = readSources();
  for (const { name, breaches, broken, says } of rules) {
    t.test(name, (t) => {
      t.strictSame(breaches(sourcesOf(broken)), says, 'sees a breach');
      t.strictSame(breaches(sources), [], 'holds');
      t.end();
    });
  }
}

/** Places are files, or folders with a slash behind. */
export function isInside(path: string, places: readonly string[]): boolean {
  return places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place));
}
