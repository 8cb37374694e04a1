import { Selector } from '@vouchsafe/pki/selector';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import t from 'tap';
import { NO_ATTRIBUTES } from '../../../runtime/entry-attributes.ts';
import { EntryCompactor } from '../../../server/registration/compact-entry.ts';
import type { RegistrationEntry } from '../../../server/registration/entry.ts';
import { NOW, idOf, storedEntry } from '../../support/server-entries.ts';

const FIELDS: readonly (keyof RegistrationEntry)[] = [
  ...(['id', 'order', 'spiffeId', 'parentId', 'selectors', 'x509SvidTtlSeconds'] as const),
  ...(['jwtSvidTtlSeconds', 'federatesWith', 'admin', 'downstream', 'expiresAt'] as const),
  ...(['dnsNames', 'storeSvid', 'hint', 'additionalAttributes', 'attributes'] as const),
  'revisionNumber',
  'createdAt',
];
const different: Partial<RegistrationEntry> = {
  x509SvidTtlSeconds: 60,
  jwtSvidTtlSeconds: 30,
  federatesWith: [TrustDomain.of('other.org')],
  admin: true,
  downstream: true,
  expiresAt: new Date(NOW.getTime() + 1000),
  dnsNames: ['a.example.org'],
  storeSvid: true,
  hint: 'internal',
  additionalAttributes: { disableX509SvidPrefetch: true, jwtSvidIncludeJti: false },
  attributes: { ...NO_ATTRIBUTES, owner: 'payments', labels: { tier: 'web' } },
};

t.test('says what it was made of, whichever field makes it different', (t) => {
  const compactor = new EntryCompactor();
  const plain = storedEntry('plain', {});
  compactor.compact(plain);
  const entries = [
    plain,
    ...Object.entries(different).map(([field, value]) => storedEntry('one', { [field]: value })),
    storedEntry('all', { ...different, revisionNumber: 7, parentId: idOf('/p') }),
  ];
  for (const entry of entries) {
    const compact = compactor.compact(entry);
    for (const field of FIELDS) t.strictSame(compact[field], entry[field], field);
  }
  t.end();
});

t.test('has what others have in common with them', (t) => {
  const compactor = new EntryCompactor();
  const make = (id: string) =>
    compactor.compact(
      storedEntry(id, {
        parentId: idOf('/node'),
        dnsNames: ['a.example.org'],
        selectors: [Selector.of('unix', 'uid:1'), Selector.of('unix', `path:/${'x'.repeat(40)}`)],
      }),
    );
  const [a, b] = [make('a'), make('b')];
  t.equal(a.parentId, b.parentId);
  t.equal(a.dnsNames, b.dnsNames);
  t.equal(a.selectors[0], b.selectors[0]);
  t.not(a.selectors[1], b.selectors[1], 'but not what is of one alone');
  t.end();
});
