import { Selector } from '@vouchsafe/pki/selector';
import t from 'tap';
import {
  checkEntry,
  checkEntryId,
  checkFields,
  entryProblem,
} from '../../../server/registration/entry-rules.ts';
import { newEntry } from '../../support/server-entries.ts';

const refused = [
  { name: 'no selector', entry: newEntry({ selectors: [] }) },
  { name: 'WAPI-48 a hint over 1024 bytes', entry: newEntry({ hint: 'é'.repeat(513) }) },
  { name: 'a DNS name that is none', entry: newEntry({ dnsNames: ['good.example', '-'] }) },
  { name: 'a negative X509-SVID TTL', entry: newEntry({ x509SvidTtlSeconds: -1 }) },
  { name: 'a negative JWT-SVID TTL', entry: newEntry({ jwtSvidTtlSeconds: -1 }) },
  {
    name: 'a stored SVID with selectors of two types',
    entry: newEntry({
      storeSvid: true,
      selectors: [Selector.of('a', 'x'), Selector.of('b', 'x')],
    }),
  },
  {
    name: 'a stored SVID that is not made ahead',
    entry: newEntry({
      storeSvid: true,
      additionalAttributes: { disableX509SvidPrefetch: true, jwtSvidIncludeJti: false },
    }),
  },
];

t.test('entries that are refused', async (t) => {
  for (const { name, entry } of refused) t.throws(() => checkEntry(entry), TypeError, name);
});

t.test('entries that pass', async (t) => {
  checkEntry(newEntry());
  checkEntry(newEntry({ hint: 'x'.repeat(1024), dnsNames: ['*.db.example', 'db.example'] }));
  checkEntry(
    newEntry({ storeSvid: true, selectors: [Selector.of('a', 'x'), Selector.of('a', 'y')] }),
  );
  t.pass('nothing was thrown');
});

t.test('fields by themselves', async (t) => {
  checkFields({});
  t.throws(() => checkFields({ selectors: [] }), { message: 'selector list is empty' });
  t.throws(() => checkFields({ hint: 'x'.repeat(1025) }), TypeError);
  t.throws(() => checkFields({ dnsNames: ['-'] }), TypeError);
  const storeSvid = true;
  checkFields({ storeSvid, selectors: [Selector.of('a', 'x'), Selector.of('b', 'x')] });
});

t.test('what fields are to one another is a problem of the entry', async (t) => {
  t.equal(entryProblem(newEntry()), undefined);
  const selectors = [Selector.of('a', 'x'), Selector.of('b', 'x')];
  t.match(entryProblem(newEntry({ storeSvid: true, selectors })), /^selector types must be/);
});

t.test('entry IDs', async (t) => {
  t.equal(checkEntryId(''), undefined, 'left to the server');
  t.equal(checkEntryId('a-B.9_'), 'a-B.9_');
  t.equal(checkEntryId('x'.repeat(255))?.length, 255);
  for (const id of ['x'.repeat(256), 'a b', 'ä', 'a/b', '\n']) {
    t.throws(() => checkEntryId(id), TypeError, JSON.stringify(id.slice(0, 8)));
  }
});
