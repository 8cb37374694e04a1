import fc from 'fast-check';
import t from 'tap';
import { floorToSecond, validityOf } from '../../../server/credential/validity.ts';

const NOW = new Date('2026-01-01T00:00:00.900Z');
const at = (text: string): Date => new Date(`2026-01-01T${text}Z`);

t.test('from ten seconds ago for the TTL, in whole seconds', async (t) => {
  t.strictSame(validityOf(60, at('12:00:00'), NOW), {
    notBefore: new Date('2025-12-31T23:59:50Z'),
    notAfter: at('00:01:00'),
  });
});

t.test('not beyond the end of who signs', async (t) => {
  t.strictSame(validityOf(3600, at('00:30:00'), NOW).notAfter, at('00:30:00'));
  t.strictSame(validityOf(3600, at('01:00:00.500'), NOW).notAfter, at('01:00:00'));
});

t.test('for any times: whole seconds, never later than asked for or than the signer', async (t) => {
  const time = fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 31 }), time, time, (ttl, end, now) => {
      const { notBefore, notAfter } = validityOf(ttl, end, now);
      return (
        notBefore.getTime() % 1000 === 0 &&
        notAfter.getTime() % 1000 === 0 &&
        notBefore.getTime() <= now.getTime() - 10_000 &&
        notAfter <= end &&
        notAfter.getTime() <= now.getTime() + ttl * 1000
      );
    }),
  );
  t.strictSame(floorToSecond(NOW), at('00:00:00'));
});
