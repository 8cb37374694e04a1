import { readdirSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import ts from 'typescript';

export const ROOT = join(import.meta.dirname, '..', '..');
/** What is published and run, as opposed to what measures, tests and builds it. */
export const PRODUCT_ROOMS = ['pki', 'proto', 'client', 'runtime', 'server', 'agent', 'cli'];
const ROOMS = readRooms();
/** Rooms that are packages of their own, imported by name. */
export const WORKSPACES = ['pki', 'proto', 'client'];
const GENERATED = 'proto/gen/';

/** One TypeScript file of this repository. */
export class Source {
  /** From the root of the repository. */
  readonly path: string;
  readonly text: string;
  /** What it imports, for values or types, now or later, as written. */
  readonly specifiers: readonly string[];
  #tree: ts.SourceFile | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
    this.specifiers = ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
  }

  get room(): string {
    return roomOf(this.path);
  }

  get isProduct(): boolean {
    return PRODUCT_ROOMS.includes(this.room);
  }

  get isGenerated(): boolean {
    return this.path.startsWith(GENERATED);
  }

  get lineCount(): number {
    return this.text.split('\n').length - 1;
  }

  /** The files of this repository that it imports. */
  get files(): readonly string[] {
    return this.specifiers.flatMap((specifier) => fileOf(specifier, this.path) ?? []);
  }

  /** The packages from elsewhere that it imports, without what they are asked for: `@grpc/grpc-js`, `node:fs`. */
  get packages(): readonly string[] {
    const others = this.specifiers.filter((specifier) => !fileOf(specifier, this.path));
    return others.map((specifier) =>
      /^(?:node:.*|@[^/]+\/[^/]+|[^/]+)/.exec(specifier)![0].replace(/^node:fs\/.*/, 'node:fs'),
    );
  }

  get tree(): ts.SourceFile {
    this.#tree ??= ts.createSourceFile(this.path, this.text, ts.ScriptTarget.Latest, true);
    return this.#tree;
  }
}

export function roomOf(path: string): string {
  return path.split('/', 1)[0]!;
}

/** The file of this repository that a specifier means, or undefined if it means a package from elsewhere. */
function fileOf(specifier: string, from: string): string | undefined {
  const ours = /^@vouchsafe\/(.+)$/.exec(specifier);
  if (ours) return `${ours[1]!}.ts`;
  return specifier.startsWith('.') ? normalize(join(from, '..', specifier)) : undefined;
}

/** Every room is a project of TypeScript. */
function readRooms(): readonly string[] {
  const { references } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')) as {
    references: { path: string }[];
  };
  return references.map(({ path }) => path);
}

/** A tree of sources from their texts by path, for showing that a rule sees what breaks it. */
export function sourcesOf(texts: Readonly<Record<string, string>>): readonly Source[] {
  return Object.entries(texts).map(([path, text]) => new Source(path, text));
}

/** Every TypeScript file of this repository. */
export function readSources(): readonly Source[] {
  return listFiles('.ts').map((path) => new Source(path, readFileSync(join(ROOT, path), 'utf8')));
}

/** The files of all rooms whose names end so, from the root of the repository; none that is installed or built. */
export function listFiles(extension: string): readonly string[] {
  return ROOMS.flatMap((room) => filesBelow(room)).filter((path) => path.endsWith(extension));
}

function filesBelow(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name === 'node_modules' || entry.name === 'dist') return [];
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}
