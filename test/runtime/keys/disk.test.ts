import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { KeyType } from '@vouchsafe/pki/keys/key-type';
import type { Signer } from '@vouchsafe/pki/keys/signer';
import t from 'tap';
import type { Test } from 'tap';
import { DiskKeyManager } from '../../../runtime/keys/disk.ts';
import { temporaryDirectory } from '../../support/socket-path.ts';

const isRoot = process.geteuid!() === 0;

const DATA = Buffer.from('to be signed');
const HASHES: readonly (readonly [KeyType, string])[] = [
  ['ec-p256', 'sha256'],
  ['ec-p384', 'sha384'],
  ['rsa-2048', 'sha256'],
];

const publicKeyOf = ({ publicKeyInfo }: Signer): string =>
  Buffer.from(publicKeyInfo).toString('hex');

/** Whether a signer signs with the key that it says. */
async function signs(signer: Signer, hash = 'sha256'): Promise<boolean> {
  const key = createPublicKey({
    key: Buffer.from(signer.publicKeyInfo),
    format: 'der',
    type: 'spki',
  });
  return verify(hash, DATA, key, await signer.sign(DATA));
}

const open = (t: Test) => DiskKeyManager.open(join(temporaryDirectory(t), 'keys.json'));

t.test('a key that was never made is unknown', async (t) => {
  const keys = await open(t);
  t.equal(await keys.find('none'), undefined);
  await keys.generate('one', 'ec-p256');
  t.equal(await keys.find('none'), undefined);
});

for (const [keyType, hash] of HASHES) {
  t.test(`a key of type ${keyType} signs, and is found by its name`, async (t) => {
    const keys = await open(t);
    const made = await keys.generate('one', keyType);
    t.equal(made.keyType, keyType);
    t.ok(await signs(made, hash));
    const found = await keys.find('one');
    t.equal(publicKeyOf(found!), publicKeyOf(made));
    t.ok(await signs(found!, hash));
  });
}

t.test('a key made again is another one, and the old signer still signs', async (t) => {
  const keys = await open(t);
  const first = await keys.generate('one', 'ec-p256');
  const second = await keys.generate('one', 'ec-p384');
  t.not(publicKeyOf(first), publicKeyOf(second));
  t.equal(publicKeyOf((await keys.find('one'))!), publicKeyOf(second));
  t.ok(await signs(first), 'for who is in the middle of something');
});

t.test('keys made at the same time are all kept', async (t) => {
  const keys = await open(t);
  const names = Array.from({ length: 20 }, (_, n) => `key-${n}`);
  const made = await Promise.all(names.map((name) => keys.generate(name, 'ec-p256')));
  t.equal(new Set(made.map(publicKeyOf)).size, names.length);
  for (const [n, name] of names.entries()) {
    t.equal(publicKeyOf((await keys.find(name))!), publicKeyOf(made[n]!), name);
  }
});

t.test('keys outlive the process, in one file for this user alone', async (t) => {
  const directory = temporaryDirectory(t);
  const path = join(directory, 'keys.json');
  const umask = process.umask(0);
  t.teardown(() => process.umask(umask));
  const keys = await DiskKeyManager.open(path);
  t.strictSame(readdirSync(directory), [], 'there is none before there is a key');
  const types = ['ec-p256', 'ec-p384', 'rsa-2048'] as const;
  const made = await Promise.all(types.map((type) => keys.generate(type, type)));
  t.equal(statSync(path).mode & 0o7777, 0o600, 'T-29');
  t.strictSame(readdirSync(directory), ['keys.json']);

  const again = await DiskKeyManager.open(path);
  for (const [n, type] of types.entries()) {
    const found = (await again.find(type))!;
    t.equal(publicKeyOf(found), publicKeyOf(made[n]!));
    t.equal(found.keyType, type);
    t.ok(await signs(found, type === 'ec-p384' ? 'sha384' : 'sha256'));
  }
  await again.generate('more', 'ec-p256');
  t.equal(publicKeyOf((await again.find('ec-p256'))!), publicKeyOf(made[0]!));
});

t.test('of one name made twice at once, the file has the one that is found', async (t) => {
  const path = join(temporaryDirectory(t), 'keys.json');
  const keys = await DiskKeyManager.open(path);
  await Promise.all(Array.from({ length: 5 }, () => keys.generate('one', 'ec-p256')));
  const [here, there] = [keys, await DiskKeyManager.open(path)].map((each) => each.find('one'));
  t.equal(publicKeyOf((await here)!), publicKeyOf((await there)!));
});

const pkcs8 = (type: string, options: object): string =>
  generateKeyPairSync(type as 'rsa', options as { modulusLength: number })
    .privateKey.export({ format: 'der', type: 'pkcs8' })
    .toString('base64');
const goodKey = pkcs8('ec', { namedCurve: 'P-256' });
const fileOf = (keys: unknown, more: object = {}): string =>
  JSON.stringify({ version: 1, keys, ...more });

const corruptFiles: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['half of it', fileOf({ one: goodKey }).slice(0, -20)],
  ['zeros, as a file system leaves them', '\0'.repeat(300)],
  ['JSON that is none of ours', '[]'],
  ['a version to come', fileOf({ one: goodKey }, { version: 2 })],
  ['a field to come', fileOf({ one: goodKey }, { more: true })],
  ['no keys at all', '{"version":1}'],
  ['a key that is no text', fileOf({ one: 7 })],
  ['a key that is no base64', fileOf({ one: '***' })],
  ['a key that is no PKCS#8', fileOf({ one: goodKey, two: goodKey.slice(0, 40) })],
  ['a key of a type that is not supported', fileOf({ one: pkcs8('ed25519', {}) })],
  ['an RSA key too small', fileOf({ one: pkcs8('rsa', { modulusLength: 1024 }) })],
];

for (const [what, content] of corruptFiles) {
  t.test(`F-23: a file with ${what} is refused, and left as it is`, async (t) => {
    const directory = temporaryDirectory(t);
    const path = join(directory, 'keys.json');
    writeFileSync(path, content, { mode: 0o600 });
    const error: unknown = await DiskKeyManager.open(path).catch((error: unknown) => error);
    t.match(error, { code: 'KEYS_CORRUPT', message: /keys\.json .*Restore it from a backup/ });
    t.notMatch((error as Error).message, goodKey.slice(0, 20), 'T-27: no key in the message');
    t.equal((error as Error).cause, undefined, 'nor behind it');
    t.equal(readFileSync(path, 'utf8'), content);
    t.strictSame(readdirSync(directory), ['keys.json']);
  });
}

const unsafeFiles: readonly (readonly [string, (path: string) => void, boolean])[] = [
  ['that its group may read', (path) => chmodSync(path, 0o640), true],
  ['that others may read', (path) => chmodSync(path, 0o604), true],
  ['that others may write', (path) => chmodSync(path, 0o602), true],
  ['of another user', (path) => chownSync(path, 61_000, 61_000), isRoot],
  [
    'behind a symbolic link',
    (path) => {
      renameSync(path, `${path}.real`);
      symlinkSync(`${path}.real`, path);
    },
    true,
  ],
];

for (const [what, make, isPossible] of unsafeFiles) {
  t.test(`T-29: a file ${what} is refused`, { skip: !isPossible && 'needs root' }, async (t) => {
    const path = join(temporaryDirectory(t), 'keys.json');
    writeFileSync(path, fileOf({ one: goodKey }), { mode: 0o600 });
    make(path);
    await t.rejects(DiskKeyManager.open(path), { code: 'FILE_NOT_PRIVATE' });
  });
}

t.test('a key that could not be written was never made, and the next can be', async (t) => {
  const directory = join(temporaryDirectory(t), 'd');
  mkdirSync(directory);
  const keys = await DiskKeyManager.open(join(directory, 'keys.json'));
  rmdirSync(directory);
  await t.rejects(keys.generate('one', 'ec-p256'), { code: 'FILE_NOT_WRITTEN' });
  t.equal(await keys.find('one'), undefined);
  mkdirSync(directory);
  await keys.generate('two', 'ec-p256');
  const again = await DiskKeyManager.open(join(directory, 'keys.json'));
  t.equal(await again.find('one'), undefined);
  t.ok(await again.find('two'));
});
