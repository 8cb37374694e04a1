import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';

const COMMAND = join(import.meta.dirname, '..', '..', 'bin', 'vouchsafe');
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const directory = mkdtempSync(join(tmpdir(), 'vs-up-'));

function up(): {
  certificates: readonly string[];
  output: string;
  trustDomain: string | undefined;
} {
  const args = ['up', '--dir', join(directory, 'data'), '--exit'];
  const { status, stdout, stderr } = spawnSync(COMMAND, args, { encoding: 'utf8' });
  t.equal(status, 0, stderr);
  const output = stdout + stderr;
  return {
    certificates: stdout.match(CERTIFICATE) ?? [],
    output,
    trustDomain: /Trust bundle of (\S+)/.exec(stdout)?.[1],
  };
}

t.test('up shows a first X509-SVID that OpenSSL proves with the bundle beside it', async (t) => {
  const { certificates, output } = up();
  t.equal(certificates.length, 2);
  const [leaf, bundle] = ['leaf.pem', 'bundle.pem'].map((name) => join(directory, name));
  writeFileSync(leaf!, certificates[0]!);
  writeFileSync(bundle!, certificates[1]!);
  const verdict = execFileSync('openssl', ['verify', '-x509_strict', '-CAfile', bundle!, leaf!], {
    encoding: 'utf8',
  });
  t.match(verdict, /: OK/);
  t.match(output, /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/m, 'and a JWT-SVID');
  t.match(output, /X509-SVID of spiffe:\/\//);
});

t.test('started again it resumes: the same trust domain, the same authority', async (t) => {
  const first = up();
  const second = up();
  t.equal(second.trustDomain, first.trustDomain);
  t.equal(second.certificates[1], first.certificates[1]);
  t.not(second.certificates[0], undefined);
});
