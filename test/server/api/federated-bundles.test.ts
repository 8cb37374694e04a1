import { status } from '@grpc/grpc-js';
import type { Bundle } from '@vouchsafe/proto/gen/spire/api/types/Bundle';
import t from 'tap';
import type { Test } from 'tap';
import { makeAuthority, makeJwtAuthority } from '../../support/test-bundle.ts';
import { call, newAgent, startTestServer } from '../../support/test-server.ts';

const certificate = await makeAuthority({ trustDomain: 'other.org' });
const jwt = makeJwtAuthority('key');

const bundleOf = (trust_domain: string, more: Bundle = {}): Bundle => ({
  trust_domain,
  x509_authorities: [{ asn1: Buffer.from(certificate.raw) }],
  jwt_authorities: [{ key_id: jwt.keyId, public_key: Buffer.from(jwt.publicKeyInfo) }],
  refresh_hint: '60',
  sequence_number: '18446744073709551615',
  ...more,
});

async function start(t: Test) {
  const server = await startTestServer(t);
  const client = server.local('bundle');
  const entries = server.local('entry');
  const list = async (): Promise<readonly string[]> => {
    const { bundles } = await call(client, client.ListFederatedBundles, {});
    return bundles.map(({ trust_domain }) => trust_domain);
  };
  const set = (...bundle: Bundle[]) => call(client, client.BatchSetFederatedBundle, { bundle });
  const register = async (path: string, federates_with: string[]): Promise<void> => {
    const entry = {
      parent_id: { trust_domain: 'example.org', path: '/node' },
      spiffe_id: { trust_domain: 'example.org', path },
      selectors: [{ type: 'unix', value: 'uid:1' }],
      federates_with,
    };
    const { results } = await call(entries, entries.BatchCreateEntry, { entries: [entry] });
    t.equal(results[0]!.status!.code, status.OK);
  };
  return { server, client, entries, list, set, register };
}

t.test('BUNDLE-COUNT-01 BUNDLE-CREATE-01 BUNDLE-SET-01 create, set, list', async (t) => {
  const { server, client, list, set } = await start(t);
  const { count: own } = await call(client, client.CountBundles, {});
  t.equal(own, 1, 'the own one counts');
  t.strictSame(await list(), []);

  const created = await call(client, client.BatchCreateFederatedBundle, {
    bundle: [bundleOf('spiffe://other.org'), bundleOf('other.org'), bundleOf('third.org')],
    output_mask: { refresh_hint: true },
  });
  t.match(created.results, [
    { status: { code: status.OK, message: 'OK' }, bundle: { trust_domain: 'other.org' } },
    { status: { code: status.ALREADY_EXISTS, message: 'bundle already exists' }, bundle: null },
    { status: { code: status.OK }, bundle: { trust_domain: 'third.org', refresh_hint: '60' } },
  ]);
  t.strictSame(created.results[2]!.bundle!.x509_authorities, [], 'masked');

  const replaced = await set(bundleOf('other.org', { x509_authorities: [] }), bundleOf('a.org'));
  t.match(replaced.results[0]!.bundle, { x509_authorities: [], jwt_authorities: [{}] });
  t.strictSame(await list(), ['a.org', 'other.org', 'third.org'], 'without the own one');
  t.match(await call(client, client.CountBundles, {}), { count: 4 });

  const { identity } = await newAgent(server);
  const agent = server.tls('bundle', identity);
  const seen = await call(agent, agent.GetFederatedBundle, { trust_domain: 'third.org' });
  t.same(seen, {
    ...bundleOf('third.org'),
    x509_authorities: [{ asn1: Buffer.from(certificate.raw), tainted: false }],
    jwt_authorities: [
      {
        key_id: 'key',
        public_key: Buffer.from(jwt.publicKeyInfo),
        expires_at: '0',
        tainted: false,
      },
    ],
    wit_authorities: [],
  });
});

t.test('BUNDLE-LIST-01 lists come in pages, and the last one is empty', async (t) => {
  const { client, set } = await start(t);
  await set(...['c.org', 'a.org', 'd.org', 'b.org'].map((name) => bundleOf(name)));
  const pages: string[][] = [];
  let page_token = '';
  do {
    const page = await call(client, client.ListFederatedBundles, { page_size: 3, page_token });
    pages.push(page.bundles.map(({ trust_domain }) => trust_domain));
    page_token = page.next_page_token;
  } while (page_token !== '');
  t.strictSame(pages, [['a.org', 'b.org', 'c.org'], ['d.org'], []]);
});

t.test('BUNDLE-UPDATE-01 update replaces what the mask names', async (t) => {
  const { client, set } = await start(t);
  await set(bundleOf('other.org'));
  const update = async (bundle: Bundle, input_mask?: object) => {
    const request = { bundle: [bundle], ...(input_mask && { input_mask }) };
    return (await call(client, client.BatchUpdateFederatedBundle, request)).results[0]!;
  };
  const given = { trust_domain: 'other.org', refresh_hint: '5' };
  t.match(await update(given, { refresh_hint: true }), {
    bundle: { refresh_hint: '5', x509_authorities: [{}], sequence_number: '18446744073709551615' },
  });
  t.match(await update(given, { jwt_authorities: true, sequence_number: true }), {
    bundle: { x509_authorities: [{}], jwt_authorities: [], sequence_number: '0' },
  });
  t.match(await update(given), { bundle: { x509_authorities: [] } }, 'all without a mask');
  t.match(await update(bundleOf('none.org')), {
    status: { code: status.NOT_FOUND, message: 'bundle not found' },
    bundle: null,
  });
});

t.test('BUNDLE-DELETE-01..03 entries that federate decide on deleting', async (t) => {
  const { server, client, entries, list, set, register } = await start(t);
  await set(...['a.org', 'b.org', 'c.org'].map((name) => bundleOf(name)));
  await register('/ab', ['a.org', 'b.org']);
  await register('/a', ['a.org']);
  await register('/b', ['b.org']);
  const remove = async (mode: 'RESTRICT' | 'DELETE' | 'DISSOCIATE', ...trust_domains: string[]) =>
    (await call(client, client.BatchDeleteFederatedBundle, { trust_domains, mode })).results;
  const federations = async () =>
    (await call(entries, entries.ListEntries, {})).entries.map(
      ({ spiffe_id, federates_with }) => `${spiffe_id!.path} ${federates_with.join()}`,
    );

  t.match(await remove('RESTRICT', 'a.org', 'c.org', 'c.org'), [
    {
      status: {
        code: status.FAILED_PRECONDITION,
        message:
          'failed to delete federated bundle: cannot delete bundle; federated with 2 registration entries',
      },
      trust_domain: 'a.org',
    },
    { status: { code: status.OK }, trust_domain: 'c.org' },
    { status: { code: status.NOT_FOUND, message: 'bundle not found' }, trust_domain: 'c.org' },
  ]);
  await remove('DISSOCIATE', 'a.org');
  t.strictSame(await federations(), ['/ab b.org', '/a ', '/b b.org']);
  await remove('DELETE', 'spiffe://b.org');
  t.strictSame(await federations(), ['/a ']);
  t.strictSame(await list(), []);
  await t.rejects(call(client, client.GetFederatedBundle, { trust_domain: 'b.org' }), {
    code: status.NOT_FOUND,
  });
  const audited = server.log.filter(({ method }) =>
    String(method).endsWith('DeleteFederatedBundle'),
  );
  t.match(audited.at(-1), { type: 'audit', trust_domain: 'spiffe://b.org', mode: 'DELETE' });
});

t.test('BUNDLE-CREATE-01 BUNDLE-OWN-01 one that is refused leaves the others alone', async (t) => {
  const { client, list, set } = await start(t);
  const doings = {
    creating: (bundle: Bundle[]) => call(client, client.BatchCreateFederatedBundle, { bundle }),
    setting: (bundle: Bundle[]) => set(...bundle),
    updating: (bundle: Bundle[]) => call(client, client.BatchUpdateFederatedBundle, { bundle }),
  };
  for (const [doing, write] of Object.entries(doings)) {
    const rows: readonly (readonly [string, Bundle, RegExp | string])[] = [
      ['no trust domain', bundleOf(''), /^trust domain argument is not valid: /],
      ['a hostile one', bundleOf('a/../b'), /^trust domain argument is not valid: /],
      [
        'the own one',
        bundleOf('example.org'),
        `${doing} a federated bundle for the server's own trust domain is not allowed`,
      ],
      [
        'no certificate',
        bundleOf('x.org', { x509_authorities: [{ asn1: Buffer.from('x') }] }),
        /^failed to convert bundle: /,
      ],
      [
        'no key',
        bundleOf('x.org', { jwt_authorities: [{ key_id: 'a', public_key: Buffer.from('x') }] }),
        /^failed to convert bundle: /,
      ],
      [
        'time backwards',
        bundleOf('x.org', { refresh_hint: '-1' }),
        /the refresh hint is no number/,
      ],
    ];
    const { results } = await write([...rows.map(([, bundle]) => bundle), bundleOf('good.org')]);
    rows.forEach(([name, , message], i) => {
      const wanted = { status: { code: status.INVALID_ARGUMENT, message }, bundle: null };
      t.match(results[i], wanted, `${doing}: ${name}`);
    });
    t.match(results.at(-1), { status: { code: status.OK } });
    t.strictSame(await list(), ['good.org']);
  }
  const { results } = await call(client, client.BatchDeleteFederatedBundle, {
    trust_domains: ['example.org', 'A B'],
  });
  t.match(results, [
    {
      status: {
        code: status.INVALID_ARGUMENT,
        message: 'removing the bundle for the server trust domain is not allowed',
      },
      trust_domain: 'example.org',
    },
    { status: { code: status.INVALID_ARGUMENT }, trust_domain: 'A B' },
  ]);
  await t.rejects(
    call(client, client.BatchDeleteFederatedBundle, { trust_domains: ['good.org'], mode: 7 as 0 }),
    { code: status.INVALID_ARGUMENT, details: /^failed to parse deletion mode: / },
  );
  t.strictSame(await list(), ['good.org']);
});

t.test('a server that starts again has them', async (t) => {
  const first = await start(t);
  await first.set(bundleOf('other.org'));
  const { directory } = first.server;
  await first.server.close();
  const second = await startTestServer(t, { directory });
  const client = second.local('bundle');
  t.match(await call(client, client.GetFederatedBundle, { trust_domain: 'other.org' }), {
    refresh_hint: '60',
  });
});
