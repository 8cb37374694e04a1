import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { readEntryFile } from '../../../../cli/entry/file/read.ts';
import { fakeTerminal } from '../../../support/run-cli.ts';
import { temporaryDirectory } from '../../../support/socket-path.ts';
import { makeAuthority } from '../../../support/test-bundle.ts';

const directory = temporaryDirectory(t);
const PEM = encodePem('CERTIFICATE', (await makeAuthority({ trustDomain: 'other.org' })).raw);
const ENTRY = {
  spiffe_id: 'spiffe://example.org/a',
  parent_id: 'spiffe://example.org/node',
  selectors: ['unix:uid:1'],
};
const LINE = JSON.stringify(ENTRY);

function read(content: string | Buffer, name = 'entries.yaml') {
  const file = join(directory, name);
  writeFileSync(file, content);
  return readEntryFile(file, fakeTerminal().terminal);
}

t.test('YAML and JSON say the same', async (t) => {
  const file = { trust_domain: 'example.org', entries: [ENTRY] };
  const json = await read(JSON.stringify(file), 'entries.json');
  t.match(json, { entries: [{ spiffe_id: ENTRY.spiffe_id, hint: '' }], bundles: [] });
  t.strictSame(await read(`trust_domain: example.org\nentries:\n  - ${LINE}\n`), json);
  t.strictSame(await read('{ entries: [] } # in flow style'), { ...json, entries: [] });
  const { terminal } = fakeTerminal({ stdin: JSON.stringify(file) });
  t.strictSame(await readEntryFile('-', terminal), json);
});

t.test('bundles: beside the file, in it as PEM, and written out', async (t) => {
  writeFileSync(join(directory, 'other.pem'), PEM);
  const indented = PEM.replaceAll('\n', '\n      ');
  const { bundles } = await read(
    `federated_bundles:
  - { trust_domain: other.org, file: other.pem }
  - trust_domain: third.org
    bundle: |
      ${indented}
entries: []
`,
  );
  t.match(bundles, [{ trust_domain: 'other.org' }, { trust_domain: 'third.org' }]);
  t.equal(bundles[0]?.x509_authorities?.length, 1);
  t.strictSame(bundles[0]?.x509_authorities, bundles[1]?.x509_authorities);
  const document = { keys: [{ kty: 'EC', use: 'x509-svid', x5c: [pemBody(PEM)] }] };
  await t.rejects(
    read(
      JSON.stringify({
        federated_bundles: [{ trust_domain: 'other.org', bundle: document }],
        entries: [],
      }),
    ),
    { code: 'CLI_INPUT_UNREADABLE', message: /the bundle of other\.org: it holds no authority/ },
    'a key that does not match its certificate is none',
  );
});

const pemBody = (pem: string): string => pem.replaceAll(/-----[^-]+-----|\n/g, '');

const bad: readonly [name: string, content: string | Buffer, says: RegExp][] = [
  ['no entries', 'trust_domain: example.org', /entries: is required/],
  ['entries that are none', 'entries:\n', /line 1, entries: .*expected array, received null/],
  ['a typo', 'entrys: []', /entrys: unknown key \(did you mean entries\?\)/],
  [
    'a typo in an entry',
    `entries:\n  - ${LINE.replace('{', '{"hnt": "x", ')}`,
    /line 2, entries\.0\.hnt: unknown key \(did you mean hint\?\)/,
  ],
  [
    'a typo in a selector',
    `entries:\n  - ${LINE.replace('unix:', 'unx:')}`,
    /line 2, entries\.0\.selectors\.0: No attestor finds unx\. Did you mean unix:uid:1\?/,
  ],
  [
    'no selectors',
    `entries:\n  - ${LINE.replace('"unix:uid:1"', '')}`,
    /selectors: needs at least one/,
  ],
  [
    'a time without a zone',
    `entries:\n  - ${LINE.replace('{', '{"expires_at": "2030-01-01", ')}`,
    /expires_at: A time is/,
  ],
  [
    'a negative life',
    `entries:\n  - ${LINE.replace('{', '{"x509_svid_ttl": -1, ')}`,
    /x509_svid_ttl: A TTL/,
  ],
  [
    'an entry twice',
    `entries:\n  - ${LINE}\n  - ${LINE}`,
    /line 3, entries\.1: has the SPIFFE ID, parent and selectors of entries\.0/,
  ],
  [
    'an ID twice',
    `entries:\n  - ${LINE.replace('{', '{"id": "x", ')}\n  - ${LINE.replace('{', '{"id": "x", "hint": "h", ').replace('/a', '/b')}`,
    /line 3, entries\.1: has the entry ID of entries\.0/,
  ],
  [
    'another trust domain',
    `trust_domain: other.org\nentries:\n  - ${LINE}`,
    /line 3, entries\.0: spiffe:\/\/example\.org\/a is not in other\.org/,
  ],
  [
    'an entry outside of the scope',
    `scope: { owner: me }\nentries:\n  - ${LINE}`,
    /line 3, entries\.0: is outside of the file's scope: owner is not me/,
  ],
  ['a scope of everything', 'scope: {}\nentries: []', /line 1, scope: says nothing/],
  [
    'a bundle twice',
    `federated_bundles: [{trust_domain: a.org, file: x}, {trust_domain: a.org, file: x}]\nentries: []`,
    /federated_bundles\.1: a\.org is in the list twice/,
  ],
  [
    'a bundle of nothing',
    `federated_bundles: [{trust_domain: a.org}]\nentries: []`,
    /federated_bundles\.0: needs either `file` or `bundle`/,
  ],
  [
    'the own bundle',
    `trust_domain: a.org\nfederated_bundles: [{trust_domain: a.org, file: x}]\nentries: []`,
    /is that of this trust domain/,
  ],
  ['broken JSON', '{"entries": [', /line 1: /],
  ['an alias', 'entries: &a []\nx: *a', /line 2: an alias cannot be used here/],
  ['a list', '[]', /the file holds no settings/],
];

t.test('what a file cannot say', async (t) => {
  for (const [name, content, says] of bad) {
    await t.rejects(read(content), { code: 'CLI_FILE_INVALID', message: says }, name);
  }
  await t.rejects(read(Buffer.from([0xff, 0xfe])), {
    ...{ code: 'CLI_INPUT_UNREADABLE', message: /not text in UTF-8/ },
  });
  await t.rejects(readEntryFile(join(directory, 'none'), fakeTerminal().terminal), {
    ...{ code: 'CLI_INPUT_UNREADABLE', message: /ENOENT/ },
  });
  await t.rejects(read('federated_bundles: [{trust_domain: a.org, file: none.pem}]\nentries: []'), {
    code: 'CLI_INPUT_UNREADABLE',
    message: /none\.pem/,
  });
});

t.test('all of it at once', async (t) => {
  const text = `entries:\n  - ${LINE.replace('unix:', 'unx:').replace('{', '{"hint": 5, ')}\n  - {}\n`;
  await t.rejects(read(text), {
    message:
      /\.0\.selectors.*\n.*\.0\.hint: .*\n.*\.1\.spiffe_id: is required\n.*parent_id.*\n.*selectors/,
  });
});
