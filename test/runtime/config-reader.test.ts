import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { z } from 'zod';
import { ConfigError, readConfig } from '../../runtime/config-reader.ts';
import type { DocumentProblem } from '../../runtime/checked-document.ts';
import type { ConfigSource } from '../../runtime/config-reader.ts';
import { address, duration, trustDomain } from '../../runtime/config-types.ts';
import { temporaryDirectory } from '../support/socket-path.ts';

const SCHEMA = z.strictObject({
  trust_domain: trustDomain,
  data_dir: z.string().min(1),
  bind: address.default({ kind: 'tcp', host: '0.0.0.0', port: 8081 }),
  ca_ttl: duration.default(86_400),
  key_type: z.enum(['ec-p256', 'rsa-2048']).optional(),
  claims: z.array(z.string()).max(2).default([]),
  upstream: z.strictObject({ name: z.string(), retries: z.int().default(3) }).optional(),
});

const directory = temporaryDirectory(t);
const file = join(directory, 'server.yaml');

function read(text: string | Uint8Array, rest: Partial<ConfigSource> = {}) {
  writeFileSync(file, text);
  return readConfig(SCHEMA, { file, flags: {}, ...rest });
}

const GOOD = 'trust_domain: example.org\ndata_dir: /var/lib/vouchsafe\n';

t.test('reads values as what they are, and fills in defaults', async (t) => {
  const config = await read(
    `${GOOD}ca_ttl: 1h30m\nkey_type: rsa-2048\nupstream:\n  name: other\n# and a comment\n`,
  );
  t.equal(String(config.trust_domain), 'example.org');
  t.match(config, {
    data_dir: '/var/lib/vouchsafe',
    bind: { kind: 'tcp', host: '0.0.0.0', port: 8081 },
    ca_ttl: 5400,
    key_type: 'rsa-2048',
    claims: [],
    upstream: { name: 'other', retries: 3 },
  });
});

t.test('a flag wins over the file, the file over what depends on the user', async (t) => {
  const source = {
    flags: { data_dir: '/flag', ca_ttl: undefined, key_type: undefined },
    defaults: {
      data_dir: () => t.fail('not asked for what a flag sets'),
      ca_ttl: () => t.fail('nor for what the file sets'),
      key_type: () => Promise.resolve('rsa-2048'),
    },
  };
  t.match(await read(`${GOOD}ca_ttl: 2h\n`, source), {
    data_dir: '/flag',
    ca_ttl: 7200,
    key_type: 'rsa-2048',
  });
});

t.test('a flag of a key within another leaves its neighbours', async (t) => {
  const flags = { 'upstream.retries': 5 };
  t.match(await read(`${GOOD}upstream:\n  name: other\n  retries: 4\n`, { flags }), {
    upstream: { name: 'other', retries: 5 },
  });
  await t.rejects(read(GOOD, { flags }), {
    code: 'CONFIG_INVALID',
    problems: [{ path: 'upstream.name' }],
  });
  const noMap = read(`${GOOD}upstream: other\n`, { flags });
  const problems = [{ path: 'upstream', line: 3 }];
  await t.rejects(noMap, { code: 'CONFIG_INVALID', problems }, 'and hides no mistake');
});

t.test('needs no file when the flags say it all', async (t) => {
  const source = {
    flags: { trust_domain: 'example.org' },
    defaults: { data_dir: () => '/default' },
  };
  t.match(await readConfig(SCHEMA, source), { data_dir: '/default', ca_ttl: 86_400 });
  await t.rejects(readConfig(SCHEMA, { flags: { data_dir: '/d' } }), {
    code: 'CONFIG_INVALID',
    problems: [{ path: 'trust_domain', text: 'is required' }],
  });
});

async function problemsOf(reading: Promise<unknown>): Promise<readonly DocumentProblem[]> {
  const error: unknown = await reading.then(
    () => new Error('was accepted'),
    (error: unknown) => error,
  );
  if (error instanceof ConfigError) return error.problems;
  throw error;
}

t.test('tells all that is wrong at once, with the line and the nearest name', async (t) => {
  const problems = await problemsOf(
    read(`trust_domian: example.org
bind: nowhere
ca_ttl:
  - 1h
key_type: rsa-1024
upstream:
  nam: other
  retries: many
plugins: yes
`),
  );
  const byPath = Object.fromEntries(problems.map(({ path, ...rest }) => [path, rest]));
  t.match(byPath, {
    trust_domian: { line: 1, text: /unknown key \(did you mean trust_domain\?\)/ },
    trust_domain: { text: 'is required' },
    data_dir: { text: 'is required' },
    bind: { line: 2, text: 'must be HOST:PORT or unix:/ABSOLUTE/PATH' },
    ca_ttl: { line: 3 },
    key_type: { line: 5, text: /ec-p256.*rsa-2048/ },
    'upstream.nam': { line: 7, text: /did you mean name\?/ },
    'upstream.name': { line: 6, text: 'is required' },
    'upstream.retries': { line: 8 },
    plugins: { line: 9, text: /unknown key \(known here: trust_domain, data_dir, / },
  });
  t.equal(problems.length, 10, 'and each of them once');
  t.equal(byPath['trust_domain']?.line, undefined, 'what is missing has no line');
  const lines = problems.flatMap(({ line }) => line ?? []);
  t.strictSame(lines, lines.toSorted(), 'in the order of the file');
});

t.test('the text of the error lists every problem, for a person', async (t) => {
  const error: unknown = await read('data_dir: 7\n').catch((error: unknown) => error);
  t.match(error, { code: 'CONFIG_INVALID', name: 'RuntimeError' });
  const { message } = error as ConfigError;
  t.ok(message.includes(file));
  t.match(message, /\n {2}line 1, data_dir: .*string/);
  t.match(message, /\n {2}trust_domain: is required/);
});

const wrongFiles: readonly (readonly [why: string, text: string, problem: object])[] = [
  ['an empty file', '', { path: '', text: /holds no settings/ }],
  ['a file of comments', '# nothing\n\n', { path: '', text: /holds no settings/ }],
  ['a list', '- a\n- b\n', { path: '', text: /holds no settings/ }],
  ['a lone word', 'example.org', { path: '', text: /holds no settings/ }],
  ['a key named twice', `${GOOD}data_dir: /b\n`, { line: 3 }],
  ['a tab for a space', `${GOOD}upstream:\n\tname: x\n`, { line: 4 }],
  ['a quote left open', 'data_dir: "/var\ntrust_domain: x\n', { text: /closing/i }],
  ['two documents', `${GOOD}---\n${GOOD}`, { line: 3 }],
  ['an alias', 'data_dir: &d /var\ntrust_domain: *d\n', { line: 2, text: /alias/ }],
  ['an alias to nothing', 'data_dir: *d\n', { line: 1, text: /alias/ }],
  ['a tag of another program', `${GOOD}bind: !secret x\n`, { line: 3, text: /tag/ }],
  ['a key that is a list', `${GOOD}[a, b]: 1\n`, { text: /unknown key/ }],
  ['a key that is a number', `${GOOD}7: 1\n`, { path: '7', line: 3 }],
  ['an empty value', 'trust_domain:\ndata_dir: /var\n', { path: 'trust_domain', line: 1 }],
  ['an element of a list', `${GOOD}claims: [a, 7]\n`, { path: 'claims.1', line: 3 }],
  ['a list too long', `${GOOD}claims:\n  - a\n  - b\n  - c\n`, { path: 'claims', line: 3 }],
  ['a map for a text', `${GOOD}bind:\n  host: a\n`, { path: 'bind', line: 3 }],
  ['a key of the prototype (T-32)', `${GOOD}__proto__:\n  a: 1\n`, { path: '__proto__', line: 3 }],
  ['another key of it', `${GOOD}constructor: 1\n`, { path: 'constructor', line: 3 }],
];

for (const [why, text, problem] of wrongFiles) {
  t.test(`refuses ${why}`, async (t) => {
    const problems = await problemsOf(read(text));
    t.match(problems, [problem]);
    t.equal(problems.length, 1);
  });
}

t.test('a file made to exhaust the parser is refused like any other', async (t) => {
  for (const text of [
    `data_dir: ${'['.repeat(60_000)}`,
    `data_dir: ${'['.repeat(20_000)}${']'.repeat(20_000)}`,
    `data_dir: ${'{a: '.repeat(12_000)}${'}'.repeat(12_000)}`,
    '- '.repeat(30_000),
    '*a '.repeat(20_000),
    'a:\n'.repeat(20_000),
  ]) {
    const error: unknown = await read(text).catch((error: unknown) => error);
    t.type(error, ConfigError, text.slice(0, 20));
    t.ok((error as Error).message.length < 10_000, 'in a text of a page');
  }
});

t.test('a value is never repeated: it may be a secret in the wrong place', async (t) => {
  const secret = 'hunter2';
  for (const line of [
    `key_type: ${secret}`,
    `bind: [${secret}]`,
    `ca_ttl: ${secret}`,
    `claims: ${secret}`,
    `trust_domain: ${secret.toUpperCase()}`,
    `key_type: "x" ${secret}`,
    `key_type: &${secret}`,
    secret,
  ]) {
    const error: unknown = await read(`data_dir: /var\n${line}\n`).catch((error: unknown) => error);
    t.type(error, ConfigError, line);
    t.notMatch((error as Error).message, new RegExp(secret, 'i'), line);
  }
});

t.test('a file that cannot be read is named, with the reason', async (t) => {
  const folder = join(directory, 'folder');
  mkdirSync(folder);
  const big = join(directory, 'big.yaml');
  writeFileSync(big, '#'.repeat((1 << 16) + 1));
  const latin1 = join(directory, 'latin1.yaml');
  writeFileSync(latin1, Buffer.from('data_dir: /v\xe4r\n', 'latin1'));
  for (const [file, reason] of [
    [join(directory, 'none.yaml'), /ENOENT/],
    [folder, /EISDIR/],
    [big, /larger/],
    ['/dev/zero', /larger/],
    [latin1, /UTF-8/i],
  ] as const) {
    const error: unknown = await readConfig(SCHEMA, { file, flags: {} }).catch((e: unknown) => e);
    t.match(error, { code: 'CONFIG_UNREADABLE' }, file);
    t.ok((error as Error).message.includes(file));
    t.match((error as Error).message, reason);
  }
});
