import t from 'tap';
import { status } from '@grpc/grpc-js';
import { X509Certificate, createPrivateKey } from 'node:crypto';
import { parseCertificates } from '@vouchsafe/pki/x509/certificate';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import { decodeStruct } from '@vouchsafe/proto/struct';
import { NO_ATTRIBUTES } from '../../../runtime/entry-attributes.ts';
import { unavailable } from '../../../runtime/rpc/status.ts';
import { CallError, STATUS } from '../../../agent/sync/call-error.ts';
import { entryOf } from '../../support/entries.ts';
import { FakeCa } from '../../support/fake-ca.ts';
import { HEADER, startEndpoint } from '../../support/workload-endpoint.ts';

const METHODS = [
  'FetchX509SVID',
  'FetchX509Bundles',
  'FetchJWTSVID',
  'FetchJWTBundles',
  'ValidateJWTSVID',
  'FetchWITSVID',
  'FetchWITBundles',
] as const;
const REQUESTS: Readonly<Record<string, object>> = {
  FetchJWTSVID: { audience: ['x'] },
  ValidateJWTSVID: { audience: 'x', svid: 'y' },
};
const NO_IDENTITY = { code: status.PERMISSION_DENIED, details: 'no identity issued' };

for (const method of METHODS) {
  t.test(`WEP-04: WEP-11: T-02: INT-16: ${method} needs the security header`, async (t) => {
    const endpoint = await startEndpoint(t);
    await endpoint.issue(entryOf('a'));
    const client = endpoint.client();
    const expected = {
      code: status.INVALID_ARGUMENT,
      details: 'security header missing from request',
    };
    for (const [name, headers] of [
      ['none', {}],
      ['empty', { 'workload.spiffe.io': '' }],
      ['false', { 'workload.spiffe.io': 'false' }],
      ['True', { 'workload.spiffe.io': 'True' }],
      ['1', { 'workload.spiffe.io': '1' }],
      ['twice', { 'workload.spiffe.io': 'true,true' }],
      ['twice, apart', { 'workload.spiffe.io': 'true, true' }],
      ['another', { 'broker.spiffe.io': 'true' }],
    ] as const) {
      t.match(await client.status(method, REQUESTS[method], headers), expected, name);
    }
    t.equal(endpoint.attestation.count, 0, 'nobody is attested for it');
  });
}

t.test(
  'WEP-05: WEP-08: the header’s name may be written as one likes, and nothing else is needed',
  async (t) => {
    const endpoint = await startEndpoint(t);
    await endpoint.issue(entryOf('a'));
    const stream = endpoint.client().stream('FetchX509SVID', { 'Workload.SPIFFE.io': 'true' });
    t.equal((await stream.next()).svids.length, 1);
  },
);

for (const method of METHODS.slice(0, 4)) {
  t.test(
    `WEP-13: WAPI-19: WAPI-24: WAPI-30: WAPI-33: INT-02: ${method} denies who has no identity`,
    async (t) => {
      const endpoint = await startEndpoint(t);
      await endpoint.issue(entryOf('other', { selectors: ['unix:uid:1'] }));
      t.match(await endpoint.client().status(method, REQUESTS[method]), NO_IDENTITY);
    },
  );

  t.test(`STR-12: ${method} does not deny whom it could not attest`, async (t) => {
    const attest = () => Promise.reject(unavailable('workload attestation failed'));
    const endpoint = await startEndpoint(t, { attest });
    await endpoint.issue(entryOf('a'));
    t.match(await endpoint.client().status(method, REQUESTS[method]), { code: status.UNAVAILABLE });
  });

  t.test(
    `WEP-12: ${method} waits a little for the first sync, and then says to come back`,
    async (t) => {
      const endpoint = await startEndpoint(t, { notReady: true });
      const answer = endpoint.client().status(method, REQUESTS[method]);
      await endpoint.clock.waiting();
      endpoint.clock.advance(5000);
      t.match(await answer, { code: status.UNAVAILABLE });
    },
  );

  t.test(
    `T-32: a fault of ours in ${method} is INTERNAL, tells nothing, and ends nothing else`,
    async (t) => {
      const attest = () => Promise.reject(new TypeError('secret detail'));
      const endpoint = await startEndpoint(t, { attest });
      await endpoint.issue(entryOf('a'));
      const client = endpoint.client();
      const error = await client.status(method, REQUESTS[method]);
      t.match(error, { code: status.INTERNAL, details: 'internal error' });
      t.match(endpoint.captured.records, [{ level: 'error', error: { message: 'secret detail' } }]);
      t.match(await client.status(method, REQUESTS[method]), { code: status.INTERNAL });
    },
  );
}

t.test('WAPI-02: WAPI-38: INT-21: WIT-SVIDs are not implemented', async (t) => {
  const endpoint = await startEndpoint(t);
  await endpoint.issue(entryOf('a'));
  const expected = { code: status.UNIMPLEMENTED };
  t.match(await endpoint.client().status('FetchWITSVID'), expected);
  t.match(await endpoint.client().status('FetchWITBundles'), expected);
});

t.test('WEP-18: WEP-14: WAPI-03: nor is anything else on this service', async (t) => {
  const endpoint = await startEndpoint(t);
  const { base } = endpoint.client();
  const error = await new Promise((resolve) => {
    const pass = (bytes: Buffer): Buffer => bytes;
    base.makeUnaryRequest('/SpiffeWorkloadAPI/FetchKeys', pass, pass, Buffer.alloc(0), resolve);
  });
  t.match(error, { code: status.UNIMPLEMENTED });
});

t.test('WAPI-01: WAPI-06: WAPI-13: gives a workload its X509-SVIDs', async (t) => {
  const endpoint = await startEndpoint(t);
  const [a, b] = [entryOf('a', { createdAt: 2 }), entryOf('b', { createdAt: 1, hint: 'old' })];
  await endpoint.issue(a, b, entryOf('other', { selectors: ['unix:uid:1'] }));
  const { svids, federated_bundles, crl } = await endpoint.client().stream('FetchX509SVID').next();
  t.strictSame(
    svids.map(({ spiffe_id }) => spiffe_id),
    [String(a.spiffeId), String(b.spiffeId)],
  );
  t.strictSame(
    svids.map(({ hint }) => hint),
    ['', 'old'],
  );
  t.strictSame(federated_bundles, {});
  t.strictSame(crl, [], 'INT-18: WAPI-22');
  for (const svid of svids) {
    const chain = parseCertificates(svid.x509_svid);
    t.equal(chain.length, 1, 'WAPI-15: the root is not in it');
    const authorities = parseCertificates(svid.bundle);
    t.ok(authorities[0]?.equals(endpoint.ca.certificates[0]!), 'WAPI-17');
    const id = verifyX509Svid({ chain, authorities: () => authorities, now: endpoint.clock.now() });
    t.equal(id.toString(), svid.spiffe_id, 'WAPI-14: INT-05');
    const key = createPrivateKey({ key: svid.x509_svid_key, format: 'der', type: 'pkcs8' });
    const certificate = new X509Certificate(svid.x509_svid);
    t.ok(certificate.checkPrivateKey(key), 'WAPI-16: INT-09');
    t.notMatch(svid.x509_svid.toString('latin1'), /BEGIN/, 'INT-09: no PEM');
    t.ok(chain[0]?.keyUsage !== undefined && !chain[0].isCa, 'INT-03');
  }
});

t.test('WAPI-18: INT-19: of two with one hint, the older is given', async (t) => {
  const endpoint = await startEndpoint(t);
  await endpoint.issue(
    entryOf('young', { createdAt: 2, hint: 'x' }),
    entryOf('old', { createdAt: 1, hint: 'x' }),
    entryOf('default', { createdAt: 3 }),
  );
  const { svids } = await endpoint.client().stream('FetchX509SVID').next();
  t.strictSame(
    svids.map(({ spiffe_id, hint }) => [spiffe_id, hint]),
    [
      ['spiffe://example.org/default', ''],
      ['spiffe://example.org/old', 'x'],
    ],
    'WAPI-47: the first is the default, in every message',
  );
});

t.test(
  'WAPI-21: INT-07: INT-08: with an identity come the bundles that it federates with',
  async (t) => {
    const endpoint = await startEndpoint(t);
    const { clock } = endpoint;
    const [other, third] = [
      await FakeCa.create('other.org', clock),
      await FakeCa.create('third.org', clock),
    ];
    const jwtOnly = await FakeCa.create('jwt-only.org', clock);
    jwtOnly.authorities.length = 0;
    endpoint.publish(other, third, jwtOnly);
    const names = ['other.org', 'unknown.org', 'jwt-only.org', 'example.org'];
    await endpoint.issue(entryOf('a', { federatesWith: names }));
    const client = endpoint.client();
    const { federated_bundles } = await client.stream('FetchX509SVID').next();
    t.strictSame(Object.keys(federated_bundles), ['spiffe://other.org'], 'INT-06');
    t.ok(
      parseCertificates(federated_bundles['spiffe://other.org']!)[0]!.equals(
        other.certificates[0]!,
      ),
    );

    const x509 = await client.stream('FetchX509Bundles').next();
    t.strictSame(Object.keys(x509.bundles).sort(), ['spiffe://example.org', 'spiffe://other.org']);
    t.ok(
      parseCertificates(x509.bundles['spiffe://example.org']!)[0]!.equals(
        endpoint.ca.certificates[0]!,
      ),
      'WAPI-23',
    );
    const jwt = await client.stream('FetchJWTBundles').next();
    t.strictSame(Object.keys(jwt.bundles).sort(), [
      'spiffe://example.org',
      'spiffe://jwt-only.org',
      'spiffe://other.org',
    ]);
  },
);

t.test('WAPI-31: WAPI-32: INT-13: JWT bundles are plain JWK sets', async (t) => {
  const endpoint = await startEndpoint(t);
  await endpoint.issue(entryOf('a'));
  const { bundles } = await endpoint.client().stream('FetchJWTBundles').next();
  const set = JSON.parse(bundles['spiffe://example.org']!.toString()) as { keys: object[] };
  t.strictSame(Object.keys(set), ['keys']);
  t.match(set.keys, [{ kid: 'kid-0', kty: 'EC', crv: 'P-256' }]);
  t.notOk('use' in set.keys[0]! || 'x5c' in set.keys[0]!);
});

t.test(
  'WAPI-24: a process without an identity may be given the own bundle, if it is so decided',
  async (t) => {
    const endpoint = await startEndpoint(t, { allowUnauthenticatedVerifiers: true });
    endpoint.publish(await FakeCa.create('other.org', endpoint.clock));
    const client = endpoint.client();
    const x509 = await client.stream('FetchX509Bundles').next();
    t.strictSame(Object.keys(x509.bundles), ['spiffe://example.org']);
    const jwt = await client.stream('FetchJWTBundles').next();
    t.strictSame(Object.keys(jwt.bundles), ['spiffe://example.org']);
    t.match(await client.status('FetchX509SVID'), NO_IDENTITY, 'an identity it does not get');
  },
);

t.test(
  'WAPI-26: WAPI-27: INT-11: gives JWT-SVIDs of all identities, for the audience asked for',
  async (t) => {
    const endpoint = await startEndpoint(t);
    await endpoint.issue(entryOf('a', { createdAt: 1 }), entryOf('b', { createdAt: 2, hint: 'x' }));
    const client = endpoint.client();
    const { svids } = await client.unary('FetchJWTSVID', { audience: ['y', 'x'] });
    t.strictSame(
      svids.map(({ spiffe_id, hint }) => [spiffe_id, hint]),
      [
        ['spiffe://example.org/a', ''],
        ['spiffe://example.org/b', 'x'],
      ],
      'WAPI-29: INT-19',
    );
    const claims = JSON.parse(
      Buffer.from(svids[1]!.svid.split('.')[1]!, 'base64url').toString(),
    ) as object;
    t.match(claims, { sub: 'spiffe://example.org/b', aud: ['y', 'x'], iat: Number, exp: Number });
    const header = JSON.parse(
      Buffer.from(svids[1]!.svid.split('.')[0]!, 'base64url').toString(),
    ) as object;
    t.match(header, { alg: 'ES256', kid: 'kid-0' }, 'INT-10: INT-25');
  },
);

t.test('WAPI-28: T-01: or of one of them, never of another’s', async (t) => {
  const endpoint = await startEndpoint(t);
  await endpoint.issue(entryOf('a'), entryOf('b'), entryOf('other', { selectors: ['unix:uid:1'] }));
  const client = endpoint.client();
  const ask = (spiffe_id: string) => client.unary('FetchJWTSVID', { audience: ['x'], spiffe_id });
  const { svids } = await ask('spiffe://example.org/b');
  t.match(svids, [{ spiffe_id: 'spiffe://example.org/b' }]);
  t.equal(svids.length, 1);
  for (const foreign of ['other', 'nobody']) {
    await t.rejects(ask(`spiffe://example.org/${foreign}`), NO_IDENTITY, 'WAPI-30');
  }
  await t.rejects(ask('spiffe://other.org/b'), NO_IDENTITY);
  for (const malformed of [
    'b',
    'spiffe://example.org',
    'spiffe://example.org/b/',
    'spiffe://EXAMPLE.org/b',
  ]) {
    const details = /^invalid requested SPIFFE ID: /;
    await t.rejects(ask(malformed), { code: status.INVALID_ARGUMENT, details });
  }
});

t.test('an identity whose audience rules forbid it is left out, and alone says why', async (t) => {
  const endpoint = await startEndpoint(t);
  const forAudience = (owner: string, ...allow: string[]) => ({
    ...{ ...NO_ATTRIBUTES, owner, audience: { allow, maxCount: 1, maxTtlSeconds: 0 } },
  });
  await endpoint.issue(
    entryOf('a', { attributes: forAudience('payments', 'db', 'queue') }),
    entryOf('b', { attributes: forAudience('', 'queue') }),
  );
  const ask = (audience: string[], spiffe_id = '') =>
    endpoint.client().unary('FetchJWTSVID', { audience, spiffe_id });
  t.match(await ask(['db']), { svids: [{ spiffe_id: 'spiffe://example.org/a' }] });
  t.equal((await ask(['db'])).svids.length, 1);
  t.equal((await ask(['queue'])).svids.length, 2);
  await t.rejects(ask(['db'], 'spiffe://example.org/b'), {
    code: status.PERMISSION_DENIED,
    details:
      'audience rules of spiffe://example.org/b: audience "db" is not among those allowed, "queue"',
  });
  await t.rejects(ask(['db', 'queue']), {
    code: status.PERMISSION_DENIED,
    details:
      /^audience rules of spiffe:..example.org.a \(owner: payments\): .*; audience rules of /,
  });
  await endpoint.issue(entryOf('a', { revision: '1', attributes: forAudience('x', 'other') }));
  await t.rejects(ask(['db']), { code: status.PERMISSION_DENIED }, 'also a token at hand');
});

t.test('WAPI-10: WAPI-26: T-19: an audience is mandatory, and a reasonable one', async (t) => {
  const endpoint = await startEndpoint(t);
  await endpoint.issue(entryOf('a'));
  const client = endpoint.client();
  const missing = { code: status.INVALID_ARGUMENT, details: 'audience must be specified' };
  t.match(await client.status('FetchJWTSVID', { audience: [] }), missing);
  t.match(await client.status('FetchJWTSVID', { audience: [''] }), missing);
  for (const audience of [Array.from({ length: 33 }, () => 'x'), ['x'.repeat(2049)], ['x\ny']]) {
    const invalid = { code: status.INVALID_ARGUMENT };
    t.match(await client.status('FetchJWTSVID', { audience }), invalid);
  }
});

t.test('STR-13: STR-15: a JWT-SVID that cannot be had is UNAVAILABLE', async (t) => {
  const fetch = () => Promise.reject(new CallError(STATUS.UNAVAILABLE, 'no connection'));
  const endpoint = await startEndpoint(t, { jwtSvids: { fetch } });
  await endpoint.issue(entryOf('a'));
  const error = await endpoint.client().status('FetchJWTSVID', { audience: ['x'] });
  t.match(error, { code: status.UNAVAILABLE, details: 'could not fetch JWT-SVID: no connection' });
});

t.test(
  'WAPI-34: WAPI-35: INT-17: ValidateJWTSVID answers any attested process, with an identity or without',
  async (t) => {
    let isUnknown = false;
    const attest = () =>
      isUnknown ? Promise.reject(unavailable('workload attestation failed')) : ['unix:uid:1'];
    const endpoint = await startEndpoint(t, { attest });
    const client = endpoint.client();
    const svid = await endpoint.ca.issueJwt('spiffe://example.org/a', ['x', 'y'], 300);
    const answer = await client.unary('ValidateJWTSVID', { audience: 'x', svid });
    t.equal(answer.spiffe_id, 'spiffe://example.org/a');
    const claims = decodeStruct(answer.claims!);
    t.match(claims, { sub: 'spiffe://example.org/a', aud: ['x', 'y'], exp: Number, iat: Number });
    isUnknown = true;
    const refused = await client.status('ValidateJWTSVID', { audience: 'x', svid });
    t.match(refused, { code: status.UNAVAILABLE }, 'STR-12: but nobody else');
  },
);

t.test('WAPI-36: audience and token are mandatory', async (t) => {
  const client = (await startEndpoint(t)).client();
  const code = status.INVALID_ARGUMENT;
  const noAudience = await client.status('ValidateJWTSVID', { audience: '', svid: 'x' });
  t.match(noAudience, { code, details: 'audience must be specified' });
  const noSvid = await client.status('ValidateJWTSVID', { audience: 'x', svid: '' });
  t.match(noSvid, { code, details: 'svid must be specified' });
});

t.test(
  'WAPI-37: T-14: a foreign token counts for whom an entry federates with its trust domain',
  async (t) => {
    const endpoint = await startEndpoint(t, { allowedForeignJwtClaims: ['iat'] });
    const other = await FakeCa.create('other.org', endpoint.clock);
    endpoint.publish(other);
    const svid = await other.issueJwt('spiffe://other.org/b', ['x'], 300);
    const client = endpoint.client();
    const validate = () => client.unary('ValidateJWTSVID', { audience: 'x', svid });
    await t.rejects(validate(), { code: status.INVALID_ARGUMENT, details: /no trust bundle/ });
    await endpoint.issue(entryOf('a', { federatesWith: ['other.org'] }));
    const claims = decodeStruct((await validate()).claims!);
    t.strictSame(Object.keys(claims).sort(), ['aud', 'exp', 'iat', 'sub']);
  },
);

t.test('WAPI-04: T-01: two workloads on one socket get what is theirs', async (t) => {
  let turn = 0;
  const endpoint = await startEndpoint(t, { attest: () => [`unix:uid:${++turn}`] });
  await endpoint.issue(
    entryOf('one', { selectors: ['unix:uid:1'] }),
    entryOf('two', { selectors: ['unix:uid:2'] }),
  );
  const ids = [];
  for (let i = 0; i < 2; i++) {
    const { svids } = await endpoint.client().stream('FetchX509SVID').next();
    ids.push(svids.map(({ spiffe_id }) => spiffe_id));
  }
  t.strictSame(ids, [['spiffe://example.org/one'], ['spiffe://example.org/two']]);
});

t.test('T-27: neither keys nor tokens are logged', async (t) => {
  const endpoint = await startEndpoint(t);
  await endpoint.issue(entryOf('a'));
  const client = endpoint.client();
  const { svids } = await client.stream('FetchX509SVID').next();
  const jwt = await client.unary('FetchJWTSVID', { audience: ['x'] });
  const bad = `${jwt.svids[0]!.svid.slice(0, -4)}AAAA`;
  await t.rejects(client.unary('ValidateJWTSVID', { audience: 'x', svid: bad }));
  await endpoint.close();
  const text = endpoint.captured.text();
  t.match(text, /Answered a call/);
  t.notOk(text.includes(svids[0]!.x509_svid_key.toString('base64').slice(0, 40)));
  t.notOk(text.includes(jwt.svids[0]!.svid.split('.')[1]!));
});

t.test('INT-22: health needs no header, and says what a workload would find', async (t) => {
  const { createClient } = await import('@vouchsafe/proto/services');
  const { credentials } = await import('@grpc/grpc-js');
  let isBroken = false;
  const endpoint = await startEndpoint(t, {
    notReady: true,
    attest: () => (isBroken ? Promise.reject(new Error('broken')) : []),
  });
  const health = createClient('health', `unix:${endpoint.path}`, credentials.createInsecure());
  t.teardown(() => health.close());
  const check = (service = '') =>
    new Promise((resolve) => {
      health.Check({ service }, (error, answer) => resolve(error ?? answer));
    });
  t.match(await check(), { status: 'NOT_SERVING' });
  endpoint.readiness.reach();
  t.match(await check(), { status: 'SERVING' }, 'who has no identity is served');
  isBroken = true;
  t.match(await check(), { status: 'NOT_SERVING' });
  t.match(await check('SpiffeWorkloadAPI'), { code: status.INVALID_ARGUMENT });
  t.strictSame(HEADER, { 'workload.spiffe.io': 'true' });
});
