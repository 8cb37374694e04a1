import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import ts from 'typescript';
import { isInside, testRules } from '../support/house-rules.ts';
import type { HouseRule } from '../support/house-rules.ts';
import { listFiles, readSources, ROOT } from '../support/sources.ts';
import type { Source } from '../support/sources.ts';

interface Restraint {
  readonly name: RegExp;
  readonly inside: readonly string[];
}

/** Time, chance and the process are handed to what needs them, so that a test can hand it others. */
const RESTRAINTS: readonly Restraint[] = [
  { name: /^Date\.now$/, inside: [] },
  { name: /^new Date\(\)$/, inside: ['runtime/clock.ts', 'runtime/log.ts', 'client/peer.ts'] },
  {
    name: /^performance\./,
    inside: ['runtime/clock.ts', 'runtime/rpc/peers.ts', 'runtime/stopwatch.ts'],
  },
  {
    // What bounds a handshake or the end of a connection bounds a real peer, whatever the clock says.
    name: /^setTimeout$/,
    inside: [
      'runtime/clock.ts',
      'runtime/rpc/rpc-server.ts',
      'runtime/tls/spiffe-channel.ts',
      'client/x509-source.ts',
    ],
  },
  { name: /^(?:setInterval|queueMicrotask|AbortSignal\.timeout)$/, inside: [] },
  {
    name: /^setImmediate$/,
    inside: [
      'agent/cache/subscriber.ts',
      'agent/sync/svid-fetcher.ts',
      'agent/sync/synchronizer.ts',
      'runtime/slices.ts',
    ],
  },
  {
    name: /^Math\.random$/,
    inside: [
      'agent/agent.ts',
      'cli/fetch/watch.ts',
      'client/x509-source.ts',
      'server/datastore/open.ts',
    ],
  },
  { name: /^process\.env$/, inside: ['cli/terminal.ts', 'client/x509-source.ts'] },
  {
    name: /^process\.(?:exit|on|argv|stdin|stdout|stderr)$/,
    inside: [
      'cli/main.ts',
      'cli/terminal.ts',
      'cli/daemon/stop-signal.ts',
      'cli/daemon/uncaught.ts',
    ],
  },
  {
    name: /^process\.umask$/,
    inside: ['runtime/unix-listener.ts', 'cli/daemon/run-daemon.ts', 'cli/up/up.ts'],
  },
  {
    name: /^process\.geteuid$/,
    inside: [
      'runtime/directory.ts',
      'runtime/private-file.ts',
      'cli/terminal.ts',
      'server/datastore/sqlite/sqlite.ts',
      'server/server.ts',
    ],
  },
  { name: /^process\.(?:version|execPath)$/, inside: ['cli/version.ts', 'proto/generate.ts'] },
  { name: /^process\.pid$/, inside: ['runtime/file-lock.ts'] },
  { name: /^process\.emitWarning$/, inside: ['runtime/rpc/adapter.ts'] },
  { name: /^process(?:\..*)?$/, inside: ['proto/generate.ts'] },
  { name: /^console\./, inside: [] },
  { name: /^(?:globalThis|global|eval|Function)\b/, inside: [] },
];

/** Names of globals as values, with the member that is asked for: `Date.now`, `process.env`, `setTimeout`, `new Date()`. */
function findGlobals({ tree }: Source): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) found.push(...nameOf(node));
    if (!ts.isTypeNode(node)) ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

function nameOf(node: ts.Identifier): string[] {
  const { parent, text } = node;
  if (ts.isPropertyAccessExpression(parent)) {
    return parent.expression === node ? [`${text}.${parent.name.text}`] : [];
  }
  if (ts.isNewExpression(parent)) return parent.arguments?.length === 0 ? [`new ${text}()`] : [];
  // What is imported by that name is that, whatever it is called here.
  if (ts.isImportSpecifier(parent)) {
    return node === parent.name ? [(parent.propertyName ?? parent.name).text] : [];
  }
  return isNameOnly(node) ? [] : [text];
}

/** Whether it names a member, rather than being a value. */
function isNameOnly({ parent }: ts.Identifier): boolean {
  return (
    ts.isPropertyAssignment(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isParameter(parent)
  );
}

/** Files without any of these words need no parsing. */
const WORDS =
  /\b(?:Date|performance|set[A-Z]\w+|queueMicrotask|AbortSignal|Math|process|console|global|globalThis|eval|Function)\b/;

const cache = new WeakMap<Source, readonly string[]>();

function globalsOf(source: Source): readonly string[] {
  const found = cache.get(source) ?? (WORDS.test(source.text) ? findGlobals(source) : []);
  cache.set(source, found);
  return found;
}

const isRestrained = (name: string, path: string): boolean => {
  const rules = RESTRAINTS.filter((restraint) => restraint.name.test(name));
  return rules.length > 0 && !rules.some(({ inside }) => isInside(path, inside));
};

/** How often a type is given up. */
function anyCount(source: Source): number {
  let count = 0;
  if (!/\bany\b/.test(source.text)) return count;
  const visit = (node: ts.Node): void => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) count++;
    ts.forEachChild(node, visit);
  };
  visit(source.tree);
  return count;
}

const MAX_LINES = 500;
const MAX_MEDIAN_LINES = 120;

const own = (sources: readonly Source[]): readonly Source[] =>
  sources.filter(({ isGenerated }) => !isGenerated);

function medianLines(sources: readonly Source[]): number {
  const counts = own(sources)
    .filter(({ isProduct }) => isProduct)
    .map(({ lineCount }) => lineCount)
    .sort((a, b) => a - b);
  return counts[Math.floor(counts.length / 2)]!;
}

/** They kill at any moment, so they must let moments pass. */
const WAITS = [
  'test/integration/database-outage.system.ts',
  'test/integration/kill.system.ts',
  'test/integration/several-servers.system.ts',
];

const lines = (count: number): string => 'x\n'.repeat(count);

const CODE_RULES: readonly HouseRule[] = [
  {
    name: 'time, chance, environment and output come from outside',
    breaches: (sources) =>
      own(sources)
        .filter(({ isProduct }) => isProduct)
        .flatMap((source) =>
          globalsOf(source)
            .filter((name) => isRestrained(name, source.path))
            .map((name) => `${source.path}: ${name}`),
        ),
    broken: {
      'pki/a.ts': 'const x = Date.now() + Number(new Date()); const d: Date = new Date(5);',
      'server/b.ts': 'setTimeout(f, 5); socket.setTimeout(5); const { env } = process;',
      'agent/c.ts': `import { setTimeout as delay } from 'node:timers/promises'; call(Math.random);`,
      'client/peer.ts': 'new Date(); console.log(process.env.HOME); const o = { console: 1 };',
      'test/d.ts': 'console.log(Date.now())',
    },
    says: [
      'pki/a.ts: Date.now',
      'pki/a.ts: new Date()',
      'server/b.ts: setTimeout',
      'server/b.ts: process',
      'agent/c.ts: setTimeout',
      'agent/c.ts: Math.random',
      'client/peer.ts: console.log',
      'client/peer.ts: process.env',
    ],
  },
  {
    name: 'tests wait for events, not for time',
    breaches: (sources) =>
      sources
        .filter(({ room, path }) => room === 'test' && !WAITS.includes(path))
        .flatMap((source) =>
          globalsOf(source)
            .filter((name) => /^set(?:Timeout|Interval)$/.test(name))
            .map((name) => `${source.path}: ${name}`),
        ),
    broken: {
      'test/a.test.ts': `import { setTimeout } from 'node:timers/promises'; t.setTimeout(5);`,
      'test/support/b.ts': 'await new Promise((resolve) => setTimeout(resolve, 5));',
    },
    says: ['test/a.test.ts: setTimeout', 'test/support/b.ts: setTimeout'],
  },
  {
    name: 'no type is given up',
    breaches: (sources) =>
      own(sources)
        .filter((source) => anyCount(source) > 0)
        .map(({ path }) => path),
    broken: {
      'pki/a.ts': 'const x: any = 5; // for any: reason',
      'test/b.ts': 'f(x as any)',
      'cli/c.ts': '/** For any: reason */ const x: unknown = "any";',
    },
    says: ['pki/a.ts', 'test/b.ts'],
  },
  {
    name: `no file is over ${MAX_LINES} lines`,
    breaches: (sources) =>
      own(sources)
        .filter(({ lineCount }) => lineCount > MAX_LINES)
        .map(({ path }) => path),
    broken: { 'pki/a.ts': lines(MAX_LINES + 1), 'pki/b.ts': lines(MAX_LINES) },
    says: ['pki/a.ts'],
  },
  {
    name: `half of the files are under ${MAX_MEDIAN_LINES} lines`,
    breaches: (sources) => {
      const median = medianLines(sources);
      return median > MAX_MEDIAN_LINES ? [`the median is ${median}`] : [];
    },
    broken: { 'pki/a.ts': lines(121), 'pki/b.ts': lines(121), 'test/c.ts': '', 'pki/d.ts': '' },
    says: ['the median is 121'],
  },
];

testRules(CODE_RULES);

/** What no text of ours holds; written so that this file does not hold it either. */
const BANNED: readonly {
  readonly name: string;
  readonly text: RegExp;
  readonly bad: readonly string[];
}[] = [
  { name: 'a test alone', text: /\b(?:t|test)\.onl(?:y)\(/, bad: ['t.on', 'ly(x)'] },
  { name: 'work put off', text: /\b(?:TO(?:DO)|FIX(?:ME)|X(?:XX))\b/, bad: ['// TO', 'DO later'] },
  { name: 'the linter switched off', text: /eslint-dis(?:able)/, bad: ['// eslint-dis', 'able x'] },
  { name: 'the compiler sent away', text: /@ts-(?:ignore|nocheck)/, bad: ['// @ts-', 'ignore'] },
  {
    name: 'a path of one machine',
    text: /(?<![\w.])\/(?:work|root|Users)\/(?:\w)/,
    bad: ['/wo', 'rk/x'],
  },
  { name: 'a path outside the repository', text: /\.\.\/shar(?:ed)\b/, bad: ['../sha', 'red/x'] },
];

const TEXT_FILES = /\.(?:ts|js|json|md|sh|py|go|yaml|yml|proto)$/;

t.test('banned texts', (t) => {
  const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', '.ci/run'];
  const scripts = ['bin/vouchsafe', 'bin/ensure-installed', 'bench/soak', 'eslint.config.js'];
  const files = [
    ...listFiles('').filter((file) => TEXT_FILES.test(file)),
    ...documents,
    ...scripts,
  ];
  const texts = files.map((file) => [file, readFileSync(join(ROOT, file), 'utf8')] as const);
  for (const { name, text, bad } of BANNED) {
    t.match(bad.join(''), text, `${name}: is seen`);
    t.strictSame(
      texts.filter(([, content]) => text.test(content)).map(([file]) => file),
      [],
      name,
    );
  }
  t.end();
});

t.test('no restraint is loosened for nothing', (t) => {
  const used = readSources().flatMap((source) =>
    source.isProduct ? globalsOf(source).map((name) => [source.path, name] as const) : [],
  );
  for (const { name, inside } of RESTRAINTS) {
    const unused = inside.filter(
      (place) => !used.some(([path, global]) => isInside(path, [place]) && name.test(global)),
    );
    t.strictSame(unused, [], String(name));
  }
  t.end();
});
