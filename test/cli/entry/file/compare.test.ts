import t from 'tap';
import { compareBundles } from '../../../../cli/entry/file/compare-bundles.ts';
import { compareEntries, isOfToken } from '../../../../cli/entry/file/compare.ts';
import { encodeForm, formOf, maskOf } from '../../../../cli/entry/file/entry-form.ts';
import type { EntryForm } from '../../../../cli/entry/file/entry-form.ts';
import { entryFileSchema, writtenForm } from '../../../../cli/entry/file/schema.ts';
import { outsideOf } from '../../../../cli/entry/file/scope.ts';
import { messageCodec } from '@vouchsafe/proto/load';
import type { MessageInput } from '@vouchsafe/proto/load';

const PARENT = 'spiffe://example.org/node';

/** As a file has it that says these fields. */
function form(path: string, more: object = {}): EntryForm {
  const spiffe_id = `spiffe://example.org${path}`;
  const said = { spiffe_id, parent_id: PARENT, selectors: ['unix:uid:1'], ...more };
  return entryFileSchema.parse({ entries: [said] }).entries[0]!;
}

const known = (path: string, more: object = {}) => ({
  ...{ form: form(path, { id: `id-of-${path}`, ...more }), revision: '7' },
});

const FULL = {
  id: 'full',
  spiffe_id: 'spiffe://example.org/full',
  parent_id: PARENT,
  selectors: ['unix:gid:2', 'unix:uid:1'],
  x509_svid_ttl: '1h30m',
  jwt_svid_ttl: '5m',
  federates_with: ['a.org', 'b.org'],
  admin: true,
  downstream: true,
  expires_at: '2030-01-01T00:00:00Z',
  dns_names: ['z.example.org', 'a.example.org'],
  store_svid: true,
  hint: 'h',
  disable_x509_svid_prefetch: true,
  jwt_svid_include_jti: true,
  owner: 'payments',
  labels: { a: '1', b: '2' },
  environment: 'prod',
  description: 'takes the money',
  audience: { allow: ['db', 'queue'], max_count: 1, max_ttl: '1m' },
};

t.test('an entry goes to the server and comes back as the file says it', (t) => {
  const codec = messageCodec('vouchsafe.server.entry.v1.RegisteredEntry');
  for (const said of [form('/plain', { id: 'plain' }), form('/full', FULL)]) {
    const message = encodeForm(said) as MessageInput<'vouchsafe.server.entry.v1.RegisteredEntry'>;
    const { entry, attributes } = codec.decode(codec.encode(message));
    t.strictSame(formOf(entry!, attributes), said);
    t.strictSame(formOf(entry!, null).owner, '');
  }
  t.strictSame(writtenForm(form('/full', FULL)), FULL);
  t.strictSame(Object.keys(writtenForm(form('/plain'))), ['spiffe_id', 'parent_id', 'selectors']);
  t.end();
});

t.test('what differs is changed, and nothing else', (t) => {
  const before = [known('/same'), known('/other'), known('/changed', { hint: 'old', admin: true })];
  const wanted = [form('/same'), form('/changed', { hint: 'new', labels: { a: 'b' } })];
  const changes = compareEntries(before, { entries: wanted, scope: undefined }, false);
  t.match(changes, { creations: [], deletions: [], unchanged: 1, others: 1 });
  t.strictSame(
    changes.updates.map(
      ({
        known: {
          form: { id },
          revision,
        },
        changes,
      }) => [id, revision, changes],
    ),
    [
      [
        ...['id-of-/changed', '7'],
        [
          { field: 'admin', from: true, to: false },
          { field: 'hint', from: 'old', to: 'new' },
          { field: 'labels', from: {}, to: { a: 'b' } },
        ],
      ],
    ],
  );
  t.end();
});

t.test('which entry is meant', (t) => {
  const before = [known('/a'), known('/b')];
  const rows: readonly [string, EntryForm, object][] = [
    ['same ID, another SPIFFE ID', form('/new', { id: 'id-of-/a' }), { updates: 1, creations: 0 }],
    ['same ID, other selectors', form('/a', { id: 'id-of-/a', selectors: ['unix:uid:2'] }), {}],
    ['another ID', form('/a', { id: 'mine' }), { updates: 0, creations: 1 }],
    ['no ID, other selectors', form('/a', { selectors: ['unix:uid:2'] }), { creations: 1 }],
    ['no ID, another parent', form('/a', { parent_id: `${PARENT}2` }), { creations: 1 }],
    ['selectors in another order', form('/a', { selectors: ['unix:uid:1', 'unix:uid:1'] }), {}],
  ];
  for (const [name, wanted, expected] of rows) {
    const { updates, creations } = compareEntries(
      before,
      { entries: [wanted], scope: undefined },
      false,
    );
    t.match({ updates: updates.length, creations: creations.length }, expected, name);
  }
  t.end();
});

t.test('pruning: what the file lacks, within its scope, and never the alias of a token', (t) => {
  const agent = 'spiffe://example.org/spire/agent/join_token/abc';
  const token = known('/alias', { parent_id: agent, selectors: [`spiffe_id:${agent}`] });
  const looksLike = known('/below', { parent_id: agent, selectors: ['unix:uid:1'] });
  const before = [known('/a'), known('/team/b'), known('/teams'), token, looksLike];
  const prune = (scope?: object) =>
    compareEntries(
      before,
      {
        entries: [form('/a')],
        scope: scope && { labels: {}, ...scope },
      },
      true,
    );
  t.strictSame(
    prune().deletions.map(({ form: { id } }) => id),
    ['id-of-/team/b', 'id-of-/teams', 'id-of-/below'],
  );
  t.equal(prune().others, 0);
  t.strictSame(
    prune({ path_prefix: '/team' }).deletions.map(({ form: { id } }) => id),
    ['id-of-/team/b'],
  );
  t.equal(prune({ path_prefix: '/team' }).others, 2);
  t.ok(isOfToken(token.form));
  const forged = form('/x', { parent_id: `${PARENT}/x`, selectors: [`spiffe_id:${PARENT}/x`] });
  t.notOk(isOfToken(forged), 'an alias that somebody made');
  t.end();
});

t.test('what a scope has', (t) => {
  const entry = form('/team/web', { owner: 'me', environment: 'prod', labels: { tier: 'web' } });
  const rows: readonly [object, string | undefined][] = [
    [{ path_prefix: '/team' }, undefined],
    [{ path_prefix: '/team/' }, undefined],
    [{ path_prefix: '/team/web' }, undefined],
    [{ path_prefix: '/' }, undefined],
    [{ path_prefix: '/team/we' }, 'spiffe://example.org/team/web is not under /team/we'],
    [{ owner: 'me', environment: 'prod', labels: { tier: 'web' } }, undefined],
    [{ parent_id: PARENT }, undefined],
    [{ parent_id: `${PARENT}2` }, `parent_id is not ${PARENT}2`],
    [{ owner: 'you' }, 'owner is not you'],
    [{ environment: '' }, 'environment is not '],
    [{ labels: { tier: 'db' } }, 'label tier is not db'],
    [{ labels: { toString: 'x' } }, 'label toString is not x'],
  ];
  for (const [scope, expected] of rows) {
    const why = outsideOf({ labels: {}, ...scope }, entry);
    t.equal(why, expected && `is outside of the file's scope: ${expected}`, JSON.stringify(scope));
  }
  t.equal(outsideOf(undefined, entry), undefined);
  t.end();
});

t.test('an update names the fields that it changes', (t) => {
  t.strictSame(maskOf(['hint', 'admin']), {
    ...{ input_mask: { hint: true, admin: true }, hasAttributes: false },
  });
  t.strictSame(maskOf(['jwt_svid_include_jti', 'owner']), {
    ...{ input_mask: { additional_attributes: true }, hasAttributes: true },
  });
  t.strictSame(maskOf(['labels']), { input_mask: {}, hasAttributes: true });
  t.end();
});

t.test('a bundle that the server fetches itself is not taken back to that of the file', (t) => {
  const codec = messageCodec('spire.api.types.Bundle');
  const bundle = (trust_domain: string, ...keys: string[]) =>
    codec.decode(
      codec.encode({
        trust_domain,
        x509_authorities: keys.map((key) => ({ asn1: Buffer.from(key) })),
        jwt_authorities: keys.map((key) => ({ key_id: key, public_key: Buffer.from(key) })),
      }),
    );
  const known = {
    bundles: [bundle('a.org', '1', '2'), bundle('b.org', '1'), bundle('c.org', 'new')],
    fetched: new Set(['c.org', 'd.org']),
  };
  const wanted = [
    { ...bundle('a.org', '2', '1'), sequence_number: '9' },
    bundle('b.org', '2'),
    bundle('c.org', 'old'),
    bundle('d.org', '1'),
  ];
  const { changes, refreshed, unchanged } = compareBundles(wanted, known);
  t.strictSame(
    changes.map(({ bundle: { trust_domain }, known }) => [trust_domain, known !== undefined]),
    [
      ['b.org', true],
      ['d.org', false],
    ],
  );
  t.strictSame(refreshed, ['c.org']);
  t.equal(unchanged, 1, 'in another order, with another number');
  t.end();
});
