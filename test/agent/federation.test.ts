// Workloads that trust another trust domain's too: what a real server stores of it, and a real agent gives out.
import t from 'tap';
import { status } from '@grpc/grpc-js';
import { parseAddress } from '../../runtime/address.ts';
import { makeAuthority } from '../support/test-bundle.ts';
import { startTestAgent } from '../support/test-agent.ts';
import { call, newToken, startTestServer } from '../support/test-server.ts';

const OTHER = 'spiffe://other.org';

t.test('WAPI-13: bundles of other trust domains arrive, change and go', async (t) => {
  const server = await startTestServer(t);
  const other = await startTestServer(t, { settings: { trust_domain: 'other.org' } });
  const [bundles, theirs] = [server.local('bundle'), other.local('bundle')];
  const bring = async (): Promise<Buffer> => {
    const bundle = await call(theirs, theirs.GetBundle, {});
    const { results } = await call(bundles, bundles.BatchSetFederatedBundle, { bundle: [bundle] });
    t.equal(results[0]!.status!.code, status.OK);
    return Buffer.concat(bundle.x509_authorities.map(({ asn1 }) => asn1));
  };
  const first = await bring();
  const entries = server.local('entry');
  const { results } = await call(entries, entries.BatchCreateEntry, {
    entries: [
      {
        spiffe_id: { trust_domain: 'example.org', path: '/a' },
        parent_id: { trust_domain: 'example.org', path: '/node' },
        selectors: [{ type: 'unix', value: `uid:${process.getuid!()}` }],
        federates_with: ['other.org'],
      },
    ],
  });
  t.equal(results[0]!.status!.code, status.OK);
  const { client } = await startTestAgent(t, {
    server: { address: parseAddress(server.address)!, ca: { pem: () => '' } },
    settings: {
      join_token: await newToken(server, { alias: '/node' }),
      ...{ insecure_bootstrap: true, sync_interval: 1 },
    },
  });
  const stream = client().stream('FetchX509SVID');
  t.same((await stream.next()).federated_bundles, { [OTHER]: first });
  const x509 = await client().stream('FetchX509Bundles').next();
  t.same(x509.bundles[OTHER], first);
  const jwt = await client().stream('FetchJWTBundles').next();
  t.strictSame(Object.keys(jwt.bundles).sort(), ['spiffe://example.org', OTHER]);

  const svids = other.local('svid');
  const { svid: minted } = await call(svids, svids.MintJWTSVID, {
    id: { trust_domain: 'other.org', path: '/peer' },
    audience: ['here'],
  });
  const request = { audience: 'here', svid: minted!.token };
  t.match(await client().unary('ValidateJWTSVID', request), { spiffe_id: `${OTHER}/peer` });

  const more = await makeAuthority({ trustDomain: 'other.org' });
  await call(theirs, theirs.AppendBundle, { x509_authorities: [{ asn1: Buffer.from(more.raw) }] });
  const second = await bring();
  t.not(second.length, first.length);
  t.same((await stream.next()).federated_bundles, { [OTHER]: second });

  await call(bundles, bundles.BatchDeleteFederatedBundle, {
    trust_domains: ['other.org'],
    mode: 'DISSOCIATE',
  });
  t.same((await stream.next()).federated_bundles, {});
  t.match(await client().status('ValidateJWTSVID', request), { code: status.INVALID_ARGUMENT });
});
