import { status } from '@grpc/grpc-js';
import type { FederationRelationship } from '@vouchsafe/proto/gen/spire/api/types/FederationRelationship';
import t from 'tap';
import type { Test } from 'tap';
import { systemClock } from '../../../runtime/clock.ts';
import { bundleEndpoint, documentOf } from '../../support/bundle-endpoint.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { call, startTestServer } from '../../support/test-server.ts';
import { shownBy } from '../../support/tls-peers.ts';

const one = await FakeCa.create('one.test', systemClock);
const ENDPOINT_ID = 'spiffe://one.test/endpoint';
const bundle = one.bundle();
const relationship: FederationRelationship = {
  trust_domain: 'one.test',
  bundle_endpoint_url: 'https://one.test:8443/bundle?x=y',
  https_spiffe: { endpoint_spiffe_id: ENDPOINT_ID },
  trust_domain_bundle: bundle,
};
const web: FederationRelationship = {
  trust_domain: 'two.test',
  bundle_endpoint_url: 'https://two.test',
  https_web: {},
};

async function start(t: Test) {
  const server = await startTestServer(t);
  const client = server.local('trustDomain');
  const create = async (...federation_relationships: FederationRelationship[]) =>
    (await call(client, client.BatchCreateFederationRelationship, { federation_relationships }))
      .results;
  const list = async (request: { page_size?: number; page_token?: string } = {}) =>
    call(client, client.ListFederationRelationships, request);
  const get = (trust_domain: string, output_mask?: object) =>
    call(client, client.GetFederationRelationship, {
      trust_domain,
      ...(output_mask && { output_mask }),
    });
  return { server, client, create, list, get };
}

const names = (relationships: readonly { readonly trust_domain: string }[]) =>
  relationships.map(({ trust_domain }) => trust_domain);

t.test('TRUSTDOMAIN-CREATE-01 both profiles, with their bundle', async (t) => {
  const { server, create, get } = await start(t);
  const [first, second] = await create(relationship, web);
  t.match(first, { status: { code: status.OK }, federation_relationship: relationship });
  t.strictSame(first!.federation_relationship, await get('one.test'));
  t.match(second!.federation_relationship, web);
  t.equal(second!.federation_relationship!.bundle_endpoint_profile, 'https_web');
  t.ok(second!.federation_relationship!.https_web, 'an empty message that is there');
  t.equal(second!.federation_relationship!.trust_domain_bundle, null);
  const bundles = server.local('bundle');
  const stored = await call(bundles, bundles.GetFederatedBundle, { trust_domain: 'one.test' });
  t.match(stored, bundle);
});

t.test('TRUSTDOMAIN-CREATE-02 what cannot be is refused, each by itself', async (t) => {
  const { create, list } = await start(t);
  const prefix = 'failed to convert federation relationship: ';
  const rows: readonly (readonly [object, string])[] = [
    [{ trust_domain: '?' }, `${prefix}failed to parse trust domain: `],
    [{ trust_domain: '' }, `${prefix}failed to parse trust domain: `],
    [{ bundle_endpoint_url: '' }, `${prefix}bundle endpoint URL must use the https scheme`],
    [
      { bundle_endpoint_url: 'http://one.test' },
      `${prefix}bundle endpoint URL must use the https scheme`,
    ],
    [{ bundle_endpoint_url: 'https://' }, `${prefix}bundle endpoint URL must specify the host`],
    [
      { bundle_endpoint_url: 'https://me@one.test' },
      `${prefix}bundle endpoint URL must not contain user info`,
    ],
    [{ https_spiffe: null }, `${prefix}unsupported bundle endpoint profile type: <nil>`],
    [
      { https_spiffe: { endpoint_spiffe_id: 'one.test' } },
      `${prefix}failed to parse endpoint SPIFFE ID: `,
    ],
    [
      { trust_domain_bundle: { ...bundle, trust_domain: 'two.test' } },
      `${prefix}trust domain bundle ("two.test") must match the trust domain of the federation relationship ("one.test")`,
    ],
    [
      { trust_domain_bundle: { ...bundle, x509_authorities: [{ asn1: Buffer.from('x') }] } },
      `${prefix}failed to parse bundle: `,
    ],
    [
      { trust_domain: 'example.org', trust_domain_bundle: null },
      'unable to create federation relationship for server trust domain',
    ],
  ];
  const results = await create(...rows.map(([changes]) => ({ ...relationship, ...changes })), web);
  for (const [at, [changes, message]] of rows.entries()) {
    const { status: refusal, federation_relationship } = results[at]!;
    t.equal(refusal!.code, status.INVALID_ARGUMENT, JSON.stringify(changes));
    t.ok(refusal!.message.startsWith(message), refusal!.message);
    t.equal(federation_relationship, null);
  }
  t.equal(results.at(-1)!.status!.code, status.OK);
  t.strictSame(names((await list()).federation_relationships), ['two.test']);
  t.match(await create(web), [
    { status: { code: status.INTERNAL, message: /^failed to create federation relationship: / } },
  ]);
});

t.test('TRUSTDOMAIN-GET-01 one, masked, and none', async (t) => {
  const { create, get } = await start(t);
  await create(relationship);
  const masked = await get('spiffe://one.test', { bundle_endpoint_url: true });
  t.match(masked, {
    trust_domain: 'one.test',
    bundle_endpoint_url: relationship.bundle_endpoint_url!,
  });
  t.equal(masked.bundle_endpoint_profile, undefined);
  t.equal(masked.trust_domain_bundle, null);
  t.match(await get('one.test', { bundle_endpoint_profile: true }), {
    bundle_endpoint_url: '',
    https_spiffe: { endpoint_spiffe_id: ENDPOINT_ID },
  });
  await t.rejects(get('two.test'), {
    code: status.NOT_FOUND,
    details: 'federation relationship does not exist',
  });
  await t.rejects(get('?'), {
    code: status.INVALID_ARGUMENT,
    details: /^failed to parse trust domain: /,
  });
});

t.test('TRUSTDOMAIN-LIST-01 all at once, or in pages', async (t) => {
  const { create, list } = await start(t);
  const all = ['c.test', 'a.test', 'b.test'].map((trust_domain) => ({ ...web, trust_domain }));
  await create(...all);
  const whole = await list();
  t.strictSame(names(whole.federation_relationships), ['a.test', 'b.test', 'c.test']);
  t.equal(whole.next_page_token, '');
  const pages: string[][] = [];
  for (let page_token = ''; ;) {
    const page = await list({ page_size: 2, page_token });
    pages.push(names(page.federation_relationships));
    if (page.next_page_token === '') break;
    page_token = page.next_page_token;
  }
  t.strictSame(pages, [['a.test', 'b.test'], ['c.test'], []]);
});

t.test('TRUSTDOMAIN-UPDATE-01 what the mask names, and all of it valid', async (t) => {
  const { client, create, get } = await start(t);
  await create(relationship);
  const update = async (changes: FederationRelationship, input_mask: object | null) => {
    const request = { federation_relationships: [{ ...relationship, ...changes }], input_mask };
    const { results } = await call(client, client.BatchUpdateFederationRelationship, request);
    return results[0]!;
  };
  const url = 'https://one.test/elsewhere';
  const toWeb = { https_spiffe: null, https_web: {} };
  const newer = { ...bundle, sequence_number: '9' };
  const changes = { bundle_endpoint_url: url, ...toWeb, trust_domain_bundle: newer };
  t.match((await update(changes, { bundle_endpoint_url: true })).federation_relationship, {
    ...relationship,
    bundle_endpoint_url: url,
  });
  t.match((await update(changes, { trust_domain_bundle: true })).federation_relationship, {
    bundle_endpoint_profile: 'https_spiffe',
    trust_domain_bundle: newer,
  });
  t.match((await update(changes, null)).federation_relationship, {
    bundle_endpoint_profile: 'https_web',
  });
  t.match(await get('one.test'), { bundle_endpoint_url: url, trust_domain_bundle: newer });
  t.match(await update({ bundle_endpoint_url: 'http://x' }, { trust_domain_bundle: true }), {
    status: { code: status.INVALID_ARGUMENT },
    federation_relationship: null,
  });
  t.match(await update({ trust_domain: 'two.test', trust_domain_bundle: null }, null), {
    status: {
      code: status.INTERNAL,
      message: /^failed to update federation relationship: .*not found/,
    },
  });
});

t.test('TRUSTDOMAIN-DELETE-01 each by itself; bundles stay', async (t) => {
  const { server, client, create, list } = await start(t);
  await create(relationship, web);
  const request = { trust_domains: ['one.test', 'one.test', '', '?', 'spiffe://two.test'] };
  const { results } = await call(client, client.BatchDeleteFederationRelationship, request);
  t.match(results, [
    { status: { code: status.OK }, trust_domain: 'one.test' },
    { status: { code: status.NOT_FOUND, message: 'federation relationship not found' } },
    { status: { code: status.INVALID_ARGUMENT, message: 'missing trust domain' } },
    { status: { code: status.INVALID_ARGUMENT, message: /^failed to parse trust domain: / } },
    { status: { code: status.OK }, trust_domain: 'two.test' },
  ]);
  t.strictSame((await list()).federation_relationships, []);
  const bundles = server.local('bundle');
  await t.resolves(call(bundles, bundles.GetFederatedBundle, { trust_domain: 'one.test' }));
});

t.test('TRUSTDOMAIN-REFRESH-01 fetches now, once', async (t) => {
  const { server, client, create } = await start(t);
  const refresh = (trust_domain: string) => call(client, client.RefreshBundle, { trust_domain });
  await t.rejects(refresh('one.test'), {
    code: status.NOT_FOUND,
    details: 'no relationship with trust domain "one.test"',
  });
  await t.rejects(refresh('?'), {
    code: status.INVALID_ARGUMENT,
    details: /^failed to parse trust domain: /,
  });
  let document: Uint8Array = documentOf(one, 7n);
  const port = await bundleEndpoint(t, await shownBy(one, ENDPOINT_ID), (_request, response) =>
    response.end(document),
  );
  await create({ ...relationship, bundle_endpoint_url: `https://127.0.0.1:${port}/` });
  await refresh('one.test');
  const bundles = server.local('bundle');
  const stored = async () =>
    (await call(bundles, bundles.GetFederatedBundle, { trust_domain: 'one.test' })).sequence_number;
  t.equal(await stored(), '7');
  document = Buffer.from('none');
  await t.rejects(refresh('one.test'), {
    code: status.INTERNAL,
    details: /^failed to refresh bundle: bundle endpoint https:\/\/127.0.0.1:\d+\/: /,
  });
  t.equal(await stored(), '7');
  t.match(
    server.log.filter(({ method }) => String(method).endsWith('/RefreshBundle')),
    [
      { status: 'NOT_FOUND', trust_domain: 'one.test' },
      { status: 'INVALID_ARGUMENT', trust_domain: '?' },
      { status: 'OK', trust_domain: 'one.test' },
      { status: 'INTERNAL', trust_domain: 'one.test' },
    ],
  );
});
