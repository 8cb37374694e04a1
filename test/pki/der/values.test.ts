import { DerReader } from '@vouchsafe/pki/der/reader';
import {
  readBoolean,
  readInteger,
  readNamedBits,
  readOctetsOfBitString,
  readOid,
  readTime,
} from '@vouchsafe/pki/der/values';
import { integer, oid, time } from '@vouchsafe/pki/der/writer';
import fc from 'fast-check';
import t from 'tap';

const MALFORMED = { code: 'PKI_DER_MALFORMED' } as const;
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const refuses = (read: (content: Uint8Array) => unknown, ...contents: string[]): void => {
  for (const content of contents) t.throws(() => read(hex(content)), MALFORMED, content);
};

t.test('elements have definite lengths in their shortest form', async (t) => {
  const rows = [
    '',
    '30',
    '30 80 00 00',
    '30 81 7f',
    '30 82 00 80',
    '30 84 00 00 00 01 00',
    '30 05 00',
    '1f 81 00 00',
    '30 82 01',
  ];
  for (const row of rows) t.throws(() => new DerReader(hex(row)).readAny(), MALFORMED, row);
  t.equal(new DerReader(hex('04 00')).readAny().content.length, 0);
  t.throws(() => DerReader.only(hex('04 00 00'), 0x04), MALFORMED);
  t.throws(() => new DerReader(hex('04 00')).read(0x30), MALFORMED);
});

t.test('values', async (t) => {
  t.equal(readBoolean(hex('ff')), true);
  t.equal(readInteger(hex('ff')), -1n);
  t.equal(readNamedBits(hex('03 a8')), 0b10101);
  t.equal(readNamedBits(hex('00')), 0);
  t.equal(readOid(hex('55 1d 0f')), '2.5.29.15');
  t.equal(readOctetsOfBitString(hex('00 01')).length, 1);
  refuses(readBoolean, '', '01', 'ff ff');
  refuses(readInteger, '', '00 7f', 'ff 80', '01'.repeat(65));
  refuses(readNamedBits, '', '08 80', '03 a9', '04 a8', '00 00', '01', '00 01 01 01');
  refuses(readOid, '', '80 01', '55 80', '55 9d');
  refuses(readOctetsOfBitString, '', '01 80');
});

t.test('times', async (t) => {
  const utc = (text: string) => ({ tag: 0x17, content: Buffer.from(text), raw: Buffer.alloc(0) });
  const generalized = (text: string) => ({ ...utc(text), tag: 0x18 });
  t.strictSame(readTime(utc('491231235959Z')), new Date('2049-12-31T23:59:59Z'));
  t.strictSame(readTime(utc('500101000000Z')), new Date('1950-01-01T00:00:00Z'));
  t.strictSame(readTime(generalized('20500101000000Z')), new Date('2050-01-01T00:00:00Z'));
  const bad = [
    '260631000000Z',
    '260101000060Z',
    '260101240000Z',
    '2601010000Z',
    '260101000000+0000',
    '260101000000.1Z',
  ];
  for (const text of bad) t.throws(() => readTime(utc(text)), MALFORMED, text);
  t.throws(() => readTime({ ...utc('260101000000Z'), tag: 0x13 }), MALFORMED);
});

t.test('what is written is read back', async () => {
  const content = (der: Buffer, tag: number): Uint8Array => DerReader.only(der, tag).content;
  fc.assert(
    fc.property(
      fc.bigInt({ min: 0n, max: 2n ** 160n }),
      (value) => readInteger(content(integer(value), 0x02)) === value,
    ),
  );
  const arcs = fc.tuple(fc.nat(2), fc.nat(39), fc.array(fc.nat(), { maxLength: 6 }));
  fc.assert(
    fc.property(arcs, ([first, second, rest]) => {
      const dotted = [first, second, ...rest].join('.');
      return readOid(content(oid(dotted), 0x06)) === dotted;
    }),
  );
  const dates = fc.date({
    min: new Date('1970-01-01Z'),
    max: new Date('2199-01-01Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(dates, (date) => {
      const seconds = Math.floor(date.getTime() / 1000);
      return readTime(new DerReader(time(date)).readAny()).getTime() === seconds * 1000;
    }),
  );
});
