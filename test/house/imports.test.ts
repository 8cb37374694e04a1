import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { isInside, testRules } from '../support/house-rules.ts';
import type { HouseRule } from '../support/house-rules.ts';
import { readSources, ROOT, roomOf, WORKSPACES } from '../support/sources.ts';
import type { Source } from '../support/sources.ts';

const LIBRARIES = ['pki', 'proto'];
const PRODUCT = ['pki', 'proto', 'client', 'runtime', 'server', 'agent', 'cli'];

/** Which rooms a room may import. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  pki: [],
  proto: [],
  client: LIBRARIES,
  runtime: LIBRARIES,
  server: [...LIBRARIES, 'runtime'],
  agent: [...LIBRARIES, 'runtime'],
  cli: PRODUCT.slice(0, -1),
  bench: [...PRODUCT, 'test'],
  bin: [],
  docs: PRODUCT,
  test: [...PRODUCT, 'docs'],
};

interface Wall {
  readonly packages: RegExp;
  /** Files, or folders with a slash behind. */
  readonly inside: readonly string[];
}

/** Which files alone may know a package, so that another can take its place. */
const WALLS: readonly Wall[] = [
  {
    packages: /^(?:@peculiar\/.*|reflect-metadata)$/,
    inside: ['pki/x509/asn1-backend.ts', 'bench/library-minting.ts', 'test/support/x509-oracle.ts'],
  },
  {
    packages: /^(?:knex|sqlite3)$/,
    inside: [
      'server/datastore/maintenance/',
      'server/datastore/sql/',
      'server/datastore/sqlite/',
      'server/datastore/postgres/',
      'test/server/datastore/',
    ],
  },
  { packages: /^pg$/, inside: ['server/datastore/postgres/'] },
  {
    packages: /^koffi$/,
    inside: ['runtime/kernel.ts', 'runtime/service-manager.ts', 'test/runtime/'],
  },
  { packages: /^pino$/, inside: ['runtime/log.ts'] },
  {
    packages: /^@grpc\/grpc-js$/,
    inside: [
      'proto/services.ts',
      'proto/gen/',
      'client/x509-stream.ts',
      'runtime/rpc/',
      'runtime/tls/spiffe-channel.ts',
      'server/api/denial.ts',
      'server/api/gate.ts',
      'server/api/messages/status.ts',
      'agent/sync/server-connection.ts',
      'cli/connect.ts',
      'cli/fetch/denial.ts',
      'cli/fetch/watch.ts',
      'cli/status-name.ts',
      'cli/validate/jwt.ts',
      'test/',
    ],
  },
  {
    packages: /^@grpc\/proto-loader$/,
    inside: ['proto/', 'test/proto/'],
  },
  { packages: /^protobufjs$/, inside: ['proto/generate.ts'] },
  { packages: /^yaml$/, inside: ['runtime/checked-document.ts', 'cli/output.ts', 'test/'] },
  {
    packages: /^zod$/,
    inside: [
      'runtime/checked-document.ts',
      'runtime/config-reader.ts',
      'runtime/config-types.ts',
      'runtime/keys/disk.ts',
      'server/config.ts',
      'server/datastore/maintenance/backup.ts',
      'agent/config.ts',
      'agent/storage/agent-state.ts',
      'cli/daemon/read-daemon-config.ts',
      'cli/entry/file/schema.ts',
      'docs/generate/',
      'test/',
    ],
  },
  { packages: /^prom-client$/, inside: ['runtime/monitoring/prometheus.ts'] },
  { packages: /^commander$/, inside: ['cli/', 'docs/generate/', 'test/'] },
  { packages: /^(?:tap|fast-check|jose)$/, inside: ['test/', 'bench/'] },
  {
    packages: /^typescript$/,
    inside: ['docs/generate/evidence.ts', 'test/support/sources.ts', 'test/house/'],
  },
  { packages: /^prettier$/, inside: ['docs/generate/markdown.ts'] },
];

/** What `pki` may have of Node.js: nothing that reads, waits or listens. */
const PURE = ['node:buffer', 'node:crypto', 'node:util'];

/** What nothing needs to import: it is run. */
const isRun = ({ path, text }: Source): boolean =>
  /^test\/.*\.(?:test|system|interop)\.ts$/.test(path) ||
  path === 'cli/main.ts' ||
  /^(?:bench|bin)\//.test(path) ||
  text.includes('// Run by ');

function unreachable(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const reached = new Set<string>();
  const visit = (source: Source): void => {
    if (reached.has(source.path)) return;
    reached.add(source.path);
    for (const file of source.files) if (byPath.has(file)) visit(byPath.get(file)!);
  };
  sources.filter(isRun).forEach(visit);
  const others = sources.filter(({ path, isGenerated }) => !isGenerated && !reached.has(path));
  return others.map(({ path }) => path);
}

/** Each cycle once, from the file where it was entered. */
function cycles(sources: readonly Source[]): string[] {
  const byPath = new Map(sources.map((source) => [source.path, source]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (source: Source, trail: readonly string[]): void => {
    const start = trail.indexOf(source.path);
    if (start !== -1) found.push([...trail.slice(start), source.path].join(' → '));
    if (start !== -1 || done.has(source.path)) return;
    for (const file of source.files) {
      const next = byPath.get(file);
      if (next?.isGenerated === false) visit(next, [...trail, source.path]);
    }
    done.add(source.path);
  };
  // Messages may be made of each other; their types are generated.
  for (const source of sources) if (!source.isGenerated) visit(source, []);
  return found;
}

const RULES: readonly HouseRule[] = [
  {
    name: 'rooms import along the arrows only',
    breaches: (sources) =>
      sources.flatMap(({ path, room, files }) =>
        files
          .filter((file) => roomOf(file) !== room && !ARROWS[room]!.includes(roomOf(file)))
          .map((file) => `${path} imports ${file}`),
      ),
    broken: {
      'server/a.ts': `import { x } from '../agent/b.ts'; import '@vouchsafe/pki/spiffe-id';`,
      'agent/b.ts': `const x = await import('../server/a.ts');`,
      'pki/c.ts': `export type { X } from '../runtime/clock.ts';`,
      'runtime/d.ts': `import type { Y } from '@vouchsafe/client/peer';`,
      'cli/e.ts': `import '../test/f.ts'; import '../server/a.ts';`,
    },
    says: [
      'server/a.ts imports agent/b.ts',
      'agent/b.ts imports server/a.ts',
      'pki/c.ts imports runtime/clock.ts',
      'runtime/d.ts imports client/peer.ts',
      'cli/e.ts imports test/f.ts',
    ],
  },
  {
    name: 'workspaces are imported by name from outside, by path from inside',
    breaches: (sources) =>
      sources.flatMap(({ path, room, specifiers, files }) => {
        const byName = specifiers.filter((specifier) =>
          specifier.startsWith(`@vouchsafe/${room}/`),
        );
        const byPath = files.filter(
          (file) => roomOf(file) !== room && WORKSPACES.includes(roomOf(file)),
        );
        const named = specifiers.filter((specifier) => specifier.startsWith('@vouchsafe/'));
        const wrong = byPath.filter((file) => !named.includes(nameOf(file)));
        return [...byName, ...wrong].map((what) => `${path} imports ${what}`);
      }),
    broken: {
      'pki/a.ts': `import '@vouchsafe/pki/b';`,
      'test/c.ts': `import '../pki/b.ts'; import '@vouchsafe/pki/a';`,
      'client/d.ts': `import '../proto/load.ts';`,
    },
    says: [
      'pki/a.ts imports @vouchsafe/pki/b',
      'test/c.ts imports pki/b.ts',
      'client/d.ts imports proto/load.ts',
    ],
  },
  {
    name: 'a package is known behind its wall only, and every package has one',
    breaches: (sources) =>
      sources.flatMap(({ path, packages }) =>
        packages
          .filter((name) => !name.startsWith('node:'))
          .filter((name) => {
            const wall = WALLS.find(({ packages }) => packages.test(name));
            return !wall || !isInside(path, wall.inside);
          })
          .map((name) => `${path} imports ${name}`),
      ),
    broken: {
      'pki/x509/mint.ts': `import { X509Certificate } from '@peculiar/x509';`,
      'server/api/entry.ts': `import type { Knex } from 'knex'; import 'node:net';`,
      'agent/agent.ts': `const koffi = await import('koffi'); import 'left-pad/sub';`,
      'runtime/kernel.ts': `import koffi from 'koffi';`,
    },
    says: [
      'pki/x509/mint.ts imports @peculiar/x509',
      'server/api/entry.ts imports knex',
      'agent/agent.ts imports koffi',
      'agent/agent.ts imports left-pad',
    ],
  },
  {
    name: 'pki does nothing but compute',
    breaches: (sources) =>
      sources
        .filter(({ room }) => room === 'pki')
        .flatMap(({ path, packages }) =>
          packages
            .filter((name) => name.startsWith('node:') && !PURE.includes(name))
            .map((name) => `${path} imports ${name}`),
        ),
    broken: {
      'pki/a.ts': `import { sign } from 'node:crypto'; import { readFile } from 'node:fs/promises';`,
      'pki/b.ts': `import net from 'node:net'; import 'node:timers/promises';`,
      'runtime/c.ts': `import net from 'node:net';`,
    },
    says: [
      'pki/a.ts imports node:fs',
      'pki/b.ts imports node:net',
      'pki/b.ts imports node:timers/promises',
    ],
  },
  {
    name: 'nothing imports itself in a circle',
    breaches: cycles,
    broken: {
      'pki/a.ts': `import './b.ts';`,
      'pki/b.ts': `import type { C } from './c.ts';`,
      'pki/c.ts': `import '@vouchsafe/pki/b'; import './d.ts';`,
      'pki/d.ts': ``,
    },
    says: ['pki/b.ts → pki/c.ts → pki/b.ts'],
  },
  {
    name: 'every module is imported by some test',
    breaches: unreachable,
    broken: {
      'test/a.test.ts': `import '../runtime/b.ts';`,
      'runtime/b.ts': `import './c.ts';`,
      'runtime/c.ts': ``,
      'runtime/d.ts': `import './b.ts';`,
      'test/support/e.ts': ``,
      'proto/gen/Entry.ts': ``,
    },
    says: ['runtime/d.ts', 'test/support/e.ts'],
  },
];

function nameOf(file: string): string {
  return `@vouchsafe/${file.replace(/\.ts$/, '')}`;
}

testRules(RULES);

t.test('project references are the arrows', (t) => {
  for (const [room, arrows] of Object.entries(ARROWS)) {
    const config = JSON.parse(readFileSync(join(ROOT, room, 'tsconfig.json'), 'utf8')) as {
      references: { path: string }[];
    };
    const rooms = config.references.map(({ path }) => path.replace(/^\.\.\//, ''));
    t.strictSame(rooms.sort(), arrows.toSorted(), room);
  }
  t.end();
});

t.test('no wall has a door that nobody uses', (t) => {
  const sources = readSources();
  for (const { packages, inside } of WALLS) {
    const users = sources.filter((source) => source.packages.some((name) => packages.test(name)));
    const unused = inside.filter((place) => !users.some(({ path }) => isInside(path, [place])));
    t.strictSame(unused, [], String(packages));
  }
  t.end();
});

t.test('every room has its arrows', (t) => {
  const rooms = new Set(readSources().map(({ room }) => room));
  t.strictSame([...rooms].sort(), Object.keys(ARROWS).sort());
  t.end();
});
