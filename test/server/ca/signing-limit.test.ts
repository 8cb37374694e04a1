import { status } from '@grpc/grpc-js';
import t from 'tap';
import { SigningLimit, signaturesAtOnce } from '../../../server/ca/signing-limit.ts';

t.test('runs so many at a time, the others in order', async (t) => {
  const limit = new SigningLimit({ max: 2, maxWaiting: 10 });
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const runs = [0, 1, 2, 3].map((i) =>
    limit.run(() => {
      started.push(i);
      return new Promise<void>((resolve) => finish.push(resolve));
    }),
  );
  t.strictSame(started, [0, 1]);
  finish[1]!();
  await runs[1];
  t.strictSame(started, [0, 1, 2]);
  finish[0]!();
  await runs[0];
  t.strictSame(started, [0, 1, 2, 3]);
  finish[2]!();
  finish[3]!();
  await Promise.all(runs);
});

t.test('a failed one makes room too', async (t) => {
  const limit = new SigningLimit({ max: 1, maxWaiting: 1 });
  await t.rejects(limit.run(() => Promise.reject(new Error('no'))));
  t.equal(await limit.run(() => Promise.resolve('yes')), 'yes');
});

t.test('refuses when too many wait', async (t) => {
  const limit = new SigningLimit({ max: 1, maxWaiting: 1 });
  let finish = (): void => undefined;
  const first = limit.run(() => new Promise<void>((resolve) => (finish = resolve)));
  const second = limit.run(() => Promise.resolve());
  await t.rejects(
    limit.run(() => Promise.resolve()),
    { code: status.RESOURCE_EXHAUSTED },
  );
  finish();
  await Promise.all([first, second]);
});

t.test('signatures of RSA leave threads to the database, those on curves fill them', (t) => {
  t.equal(signaturesAtOnce(['ec-p256', 'ec-p384'], 4), 32);
  t.equal(signaturesAtOnce(['ec-p256', 'rsa-2048'], 4), 4);
  t.equal(signaturesAtOnce(['rsa-4096', 'ec-p256'], 2), 2);
  t.end();
});
