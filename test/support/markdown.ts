import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './sources.ts';

/** Where documents for people lie; the root of the repository too. */
const FOLDERS = ['', 'docs', 'deploy', 'pki', 'proto', 'client'];

export interface Document {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
}

export interface Fence {
  /** What stands behind the opening fence: `console`, `yaml`. */
  readonly language: string;
  readonly text: string;
}

export function readDocuments(): readonly Document[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name))
      .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') })),
  );
}

const FENCE = /^```(\w*)\n(.*?)^```$/gms;

export function fencesOf({ text }: Document): readonly Fence[] {
  return [...text.matchAll(FENCE)].map(([, language = '', text = '']) => ({ language, text }));
}

const proseOf = ({ text }: Document): string => text.replaceAll(FENCE, '');

/** The targets of its links. */
export function linksOf(document: Document): readonly string[] {
  const prose = proseOf(document).replaceAll(/`[^`]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
}

/** What stands in it as code within a sentence. */
export function codeOf(document: Document): readonly string[] {
  return [...proseOf(document).matchAll(/`([^`]+)`/g)].map(([, code]) =>
    code!.replaceAll(/\s+/g, ' '),
  );
}

/** The anchors of its headings, as they are made where the repository is read. */
export function anchorsOf(document: Document): readonly string[] {
  const headings = proseOf(document).matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading]) =>
    heading!
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The command lines of a shell session or script, each on one line, without what they print. */
export function commandLinesOf({ language, text }: Fence): readonly string[] {
  if (!['console', 'sh', 'bash'].includes(language)) return [];
  const lines = text.replaceAll(/\\\n\s*/g, '').split('\n');
  const typed = lines.flatMap((line) => /^\$ (.*)$/.exec(line)?.[1] ?? []);
  return language === 'console' ? typed : lines.filter((line) => line !== '');
}

/**
 * The words of the commands named `name` in a command line. What a shell would put in is a 1, or a path where it stands
 * for a directory.
 */
export function wordsOf(line: string, name: string): readonly (readonly string[])[] {
  const filled = line.replaceAll(/\$\([^)]*\)/g, '1').replaceAll(/\$\{?\w+\}?/g, '/1');
  return filled
    .replace(/(?:^| )#.*/, '')
    .split(/ (?:\|\|?|&&|;) /)
    .map((command) => command.replace(/ \d?[<>].*$/, '').replace(/^(?:sudo |\.\/)*(?:bin\/)?/, ''))
    .map((command) => command.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [])
    .map((words) => words.map((word) => word.replaceAll(/["']/g, '')))
    .filter(([first]) => first === name)
    .map(([, ...words]) => words);
}
