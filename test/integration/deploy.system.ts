// What deploy/ promises: the units are ones that systemd understands, and the daemons need no more than these grant.
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { startProcess } from '../support/cli-process.ts';
import { Installation, TRUST_DOMAIN } from '../support/installation.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const COMMAND = join(ROOT, 'bin', 'vouchsafe');
const UNITS = ['vouchsafe-server.service', 'vouchsafe-agent.service'];
const SERVICE_USER = { uid: 61010, gid: 61010 };
const WORKLOAD_USER = { uid: 61001, gid: 61001 };

const unitText = (name: string): string =>
  readFileSync(join(ROOT, 'deploy', 'systemd', name), 'utf8');

const isMissing = (command: string): boolean =>
  spawnSync(command, ['--version']).error !== undefined;

function asRoot(): string | false {
  if (process.geteuid!() !== 0) return 'needs root, to run daemons with fewer rights';
  return isMissing('setpriv') ? 'needs setpriv' : false;
}

t.test(
  'systemd understands the units',
  { skip: isMissing('systemd-analyze') ? 'needs systemd' : false },
  (t) => {
    const directory = mkdtempSync(join(tmpdir(), 'vs-units-'));
    for (const name of UNITS) {
      // Verified as on a host that has the command and the user.
      const text = unitText(name)
        .replace('/usr/local/bin/vouchsafe', COMMAND)
        .replace(/^Documentation=.*\n/m, '')
        .replace('User=vouchsafe', 'User=root');
      writeFileSync(join(directory, name), text);
      const { status, stderr } = spawnSync('systemd-analyze', ['verify', join(directory, name)]);
      t.equal(status, 0, `${name}: ${stderr.toString()}`);
      t.equal(stderr.toString(), '', name);
    }
    t.end();
  },
);

t.test(
  'a server without rights, and an agent with two capabilities',
  { skip: asRoot() },
  async (t) => {
    const installation = new Installation(t);
    makeDirectory(installation.path('server'), 0o700, SERVICE_USER);
    makeDirectory(installation.path('run'), 0o750, SERVICE_USER);
    const server = startProcess(t, {
      command: COMMAND,
      args: [
        ...['server', 'run', '--trust-domain', TRUST_DOMAIN, '--bind', '127.0.0.1:0'],
        ...['--data-dir', installation.path('server')],
        ...['--socket', installation.path('run/api.sock')],
      ],
      user: SERVICE_USER,
    });
    await server.printed(/"msg":"Server started"/);
    const address = /"address":"(127\.0\.0\.1:\d+)"/.exec(server.stderr())![1]!;
    const admin = (...args: string[]): Promise<string> =>
      installation.cli(...args, '--socket', installation.path('run/api.sock'));
    const alias = `spiffe://${TRUST_DOMAIN}/node`;
    const token = (await admin('token', 'generate', '--spiffe-id', alias)).trim();
    const program = ['--selector', `unix:path:${process.execPath}`, '--selector', 'unix:uid:61001'];
    await admin(
      ...['entry', 'create', '--parent-id', alias, '--spiffe-id', `spiffe://${TRUST_DOMAIN}/w`],
      ...program,
    );

    const [, granted] = /^CapabilityBoundingSet=(.+)$/m.exec(unitText(UNITS[1]!))!;
    const kept = granted!.split(' ').map((name) => `+${name.replace('CAP_', '').toLowerCase()}`);
    const agent = startProcess(t, {
      command: 'setpriv',
      args: [
        ...[`--bounding-set=-all,${kept.join(',')}`, '--no-new-privs', COMMAND],
        ...['agent', 'run', '--trust-domain', TRUST_DOMAIN, '--server', address],
        ...['--data-dir', installation.path('agent'), '--insecure-bootstrap'],
        ...['--socket', installation.path('agent.sock'), '--join-token', token],
      ],
    });
    await agent.printed(/"msg":"Attested"/);
    const output = await installation.runWorkload(
      COMMAND,
      ['fetch', 'x509', '--output', 'json'],
      WORKLOAD_USER,
    );
    t.match(output, `spiffe://${TRUST_DOMAIN}/w`, 'it sees the programs of other users');
  },
);

function makeDirectory(path: string, mode: number, owner?: typeof SERVICE_USER): void {
  mkdirSync(path);
  chmodSync(path, mode);
  if (owner) chownSync(path, owner.uid, owner.gid);
}
