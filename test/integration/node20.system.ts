// The libraries are for services, whose Node.js may be as old as 20: they are tested there as they are published.
import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { Installation, TRUST_DOMAIN } from '../support/installation.ts';
import { findNode20 } from '../support/node20.ts';
import { npm, packAll } from '../support/packages.ts';
import { listFiles, ROOT, WORKSPACES } from '../support/sources.ts';

const run = promisify(execFile);
const PROGRAMS = join(import.meta.dirname, 'node20');
const COMPILER = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const TIMEOUT_MS = 120_000;
/** What only the repository runs. */
const NOT_PUBLISHED = ['test/proto/generate.test.ts'];

const directory = mkdtempSync(join(tmpdir(), 'vs-node20-'));
t.teardown(() => rmSync(directory, { recursive: true }));
t.setTimeout(600_000);

const packages = await packAll(directory);
const node20 = await findNode20(directory);
t.comment(`Node.js 20 is ${node20.origin}`);

/** A project of somebody else with our libraries in it. */
async function makeProject(): Promise<string> {
  const project = join(directory, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }');
  const libraries = packages.filter(({ name }) => name.startsWith('@vouchsafe/'));
  const tarballs = libraries.map(({ tarball }) => tarball);
  await npm(project, 'install', '--ignore-scripts', '--prefer-offline', ...tarballs);
  return project;
}

/** Compiles the service with the declarations that come with the libraries, all of them checked. */
async function compileService(project: string): Promise<string> {
  copyFileSync(join(PROGRAMS, 'service.ts'), join(project, 'service.ts'));
  const compilerOptions = {
    strict: true,
    module: 'NodeNext',
    target: 'ES2022',
    types: ['node'],
    typeRoots: [join(ROOT, 'node_modules', '@types')],
    skipLibCheck: false,
  };
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  await run(process.execPath, [COMPILER, '-p', project]).catch((error: unknown) => {
    throw new Error((error as { stdout: string }).stdout);
  });
  return join(project, 'service.js');
}

t.test('a service on Node.js 20 gets its X509-SVID and calls itself with it', async (t) => {
  const service = await compileService(await makeProject());
  const installation = new Installation(t);
  await installation.startServer();
  await installation.admitNode();
  await installation.createEntry({ path: '/service', uid: process.getuid!() });
  installation.startAgent();
  await installation.hasIdentity('/service');

  const said = await installation.runWorkload(node20.command, [service]);
  const id = `spiffe://${TRUST_DOMAIN}/service`;
  t.match(JSON.parse(said), { node: /^v20\./, id, answer: `hello ${id}` });
});

for (const room of WORKSPACES) {
  t.test(`the tests of ${room} pass on Node.js 20 with what was built`, async (t) => {
    const files = listFiles('.test.ts')
      .filter((file) => file.startsWith(`test/${room}/`) && !NOT_PUBLISHED.includes(file))
      .map((file) => join(ROOT, file));
    const args = [
      ...['--import', join(PROGRAMS, 'strip-types.js'), join(PROGRAMS, 'run-tests.js')],
      ...files,
    ];
    const { stdout } = await run(node20.command, args, {
      // It is no sub-test of this one, and all files together take longer than one may.
      env: { PATH: process.env['PATH'], TAP_TIMEOUT: String(TIMEOUT_MS / 1000) },
      timeout: TIMEOUT_MS,
      maxBuffer: 64 << 20,
    }).catch((error: unknown) => error as { stdout: string });
    const failed = stdout.split('\n').filter((line) => /^ *not ok /.test(line));
    t.strictSame(failed, []);
    const [, passed = '0'] = /^# \{ total: \d+, pass: (\d+)/m.exec(stdout) ?? [];
    t.ok(Number(passed) > 100, `${passed} passed`);
  });
}
