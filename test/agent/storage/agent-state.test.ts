import t from 'tap';
import {
  chmodSync,
  lstatSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { AgentStateFile } from '../../../agent/storage/agent-state.ts';
import { agentSvid } from '../../support/agent-svids.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

const trustDomain = TrustDomain.of('example.org');
const ca = await FakeCa.create('example.org', new FakeClock());
const svid = await agentSvid(ca);
const pendingKey = await generateKeyPair('ec-p256');
const open = (directory: string, of = trustDomain) =>
  AgentStateFile.open({ directory, trustDomain: of });
const pathIn = (directory: string): string => join(directory, 'agent-state.json');

t.test('starts empty, and creates nothing until there is something to keep', async (t) => {
  const directory = temporaryDirectory(t);
  t.strictSame((await open(directory)).state, {});
  t.strictSame(readdirSync(directory), []);
});

t.test('gives back after a restart what it was given', async (t) => {
  const directory = temporaryDirectory(t);
  const before = await open(directory);
  await before.update({ pendingKey });
  t.strictSame((await open(directory)).state.pendingKey?.publicKeyInfo, pendingKey.publicKeyInfo);
  await before.update({ svid, authorities: ca.certificates, pendingKey: undefined });

  const { state } = await open(directory);
  t.equal(state.pendingKey, undefined);
  t.ok(state.svid?.spiffeId.equals(svid.spiffeId));
  t.ok(state.svid?.chain[0]?.equals(svid.chain[0]!));
  t.ok(state.svid?.key.privateKey.equals(svid.key.privateKey));
  t.equal(state.svid?.reattestable, false);
  t.ok(state.authorities?.[0]?.equals(ca.certificates[0]!));
});

t.test('T-29: nobody else can read it, and no half-written file is left', async (t) => {
  const directory = temporaryDirectory(t);
  const umask = process.umask(0);
  t.teardown(() => void process.umask(umask));
  const file = await open(directory);
  await Promise.all([
    file.update({ pendingKey }),
    file.update({ svid }),
    file.update({ authorities: ca.certificates }),
  ]);
  t.equal(lstatSync(pathIn(directory)).mode & 0o7777, 0o600);
  t.strictSame(readdirSync(directory), ['agent-state.json']);
  const { state } = await open(directory);
  t.ok(state.pendingKey && state.svid && state.authorities, 'changes at the same time all count');
});

t.test('F-06: what could not be written is not believed either', async (t) => {
  const directory = join(temporaryDirectory(t), 'gone');
  const file = await open(directory);
  await t.rejects(file.update({ pendingKey }), { code: 'FILE_NOT_WRITTEN' });
  t.strictSame(file.state, {});
});

async function valid(t: Parameters<typeof temporaryDirectory>[0]) {
  const directory = temporaryDirectory(t);
  await (await open(directory)).update({ svid, pendingKey, authorities: ca.certificates });
  const path = pathIn(directory);
  return { directory, path, text: readFileSync(path, 'utf8') };
}

const other = await agentSvid(ca);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
const keyOf = ({ key }: typeof other): string =>
  base64(key.privateKey.export({ format: 'der', type: 'pkcs8' }));

const CORRUPTIONS: readonly (readonly [name: string, corrupt: (text: string) => string])[] = [
  ['empty', () => ''],
  ['cut off', (text) => text.slice(0, text.length / 2)],
  ['no JSON', () => 'not json'],
  ['JSON of something else', () => '{"keys":{}}'],
  ['of a later version', (text) => text.replace('"version": 1', '"version": 2')],
  ['a key that is none', (text) => text.replace(/"pending_key": "[^"]+"/, '"pending_key": "AAAA"')],
  ['no key at all', (text) => text.replace(/"pending_key": "[^"]+"/, '"pending_key": ""')],
  [
    'a certificate with a flipped bit',
    (text) => text.replace(base64(svid.chain[0]!.raw), base64(svid.chain[0]!.raw.subarray(1))),
  ],
  ['an SVID without its key', (text) => text.replace(keyOf(svid), keyOf(other))],
  ['an authority that is none', (text) => text.replace(base64(ca.certificates[0]!.raw), 'AAAA')],
  ['a member nobody knows', (text) => text.replace('"version": 1', '"version": 1, "more": 1')],
];

for (const [name, corrupt] of CORRUPTIONS) {
  t.test(
    `F-23: T-27: refuses a file that is ${name}, leaves it alone, tells no secret`,
    async (t) => {
      const { directory, path, text } = await valid(t);
      const corrupted = corrupt(text);
      t.not(corrupted, text);
      writeFileSync(path, corrupted);
      const error = await open(directory).catch((e: unknown) => e);
      t.match(error, { code: 'AGENT_STATE_CORRUPT', remedy: /move it away/, message: path });
      const { message } = error as Error;
      t.notOk(/[A-Za-z0-9+/]{40}/.test(message.replaceAll(path, '')), message);
      t.equal(readFileSync(path, 'utf8'), corrupted);
    },
  );
}

t.test('refuses the state of another trust domain', async (t) => {
  const { directory } = await valid(t);
  const answer = open(directory, TrustDomain.of('other.org'));
  await t.rejects(answer, { code: 'AGENT_STATE_CORRUPT', message: /example\.org/ });
});

t.test('T-29: refuses a file that somebody else may know or have chosen', async (t) => {
  const { directory, path } = await valid(t);
  chmodSync(path, 0o640);
  await t.rejects(open(directory), { code: 'FILE_NOT_PRIVATE' });
  const linked = temporaryDirectory(t);
  chmodSync(path, 0o600);
  symlinkSync(path, pathIn(linked));
  await t.rejects(open(linked), { code: 'FILE_NOT_PRIVATE' });
});
