import { status } from '@grpc/grpc-js';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import t from 'tap';
import { localAuthorityService } from '../../../server/api/local-authority.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { call, startTestServer } from '../../support/test-server.ts';

const HOUR_MS = 3_600_000;

t.test('AUTHORITY-STATE-01 what signs, what will, and what did', async (t) => {
  const clock = new FakeClock(new Date());
  const server = await startTestServer(t, { clock, settings: { ca_ttl: '24h' } });
  const client = server.local('localAuthority');
  const states = async () => ({
    x509: await call(client, client.GetX509AuthorityState, {}),
    jwt: await call(client, client.GetJWTAuthorityState, {}),
  });
  /** Until both kinds have taken the step. */
  const stepped = async (msg: string): Promise<void> => {
    const isDone = (): boolean => server.log.filter((line) => line.msg === msg).length === 2;
    while (!isDone()) {
      clock.advance(100); // it may have begun to wait only now
      await new Promise(setImmediate);
    }
  };

  const first = await states();
  t.match(first, { x509: { prepared: null, old: null }, jwt: { prepared: null, old: null } });
  const bundles = server.local('bundle');
  const bundle = await call(bundles, bundles.GetBundle, {});
  const { subjectKeyId, notAfter } = parseCertificate(bundle.x509_authorities[0]!.asn1);
  t.strictSame(first.x509.active, {
    authority_id: subjectKeyId,
    expires_at: String(notAfter.getTime() / 1000),
    upstream_authority_subject_key_id: '',
  });
  t.match(first.jwt.active, { authority_id: bundle.jwt_authorities[0]!.key_id });

  await clock.waiting();
  clock.advance(13 * HOUR_MS);
  await stepped('Authority prepared');
  const second = await states();
  for (const kind of ['x509', 'jwt'] as const) {
    t.strictSame(second[kind].active, first[kind].active);
    t.match(second[kind], { prepared: { authority_id: /./ }, old: null });
  }

  clock.advance(8 * HOUR_MS);
  await stepped('Authority activated');
  const third = await states();
  for (const kind of ['x509', 'jwt'] as const) {
    t.strictSame(third[kind], {
      active: second[kind].prepared,
      prepared: null,
      old: first[kind].active,
    });
  }
});

t.test('AUTHORITY-STATE-01 a server that has none yet says so', async (t) => {
  const none = { slots: { current: undefined, next: undefined } };
  const service = localAuthorityService({ x509: none, jwt: none });
  const error = { code: status.UNAVAILABLE, message: 'server is initializing' };
  for (const get of [service.GetJWTAuthorityState, service.GetX509AuthorityState]) {
    t.throws(() => (get as () => unknown)(), error);
  }
});

t.test('AUTHORITY-WIT-01 its verbs are not there yet', async (t) => {
  const server = await startTestServer(t);
  const client = server.local('localAuthority');
  await t.rejects(call(client, client.PrepareX509Authority, {}), { code: status.UNIMPLEMENTED });
});
