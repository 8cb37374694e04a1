import t from 'tap';
import fc from 'fast-check';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { ecdsaDerToRaw, ecdsaRawToDer } from '@vouchsafe/pki/jwt/ecdsa-signature';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const MALFORMED = { code: 'PKI_ECDSA_SIGNATURE' };

t.test('says what OpenSSL says, on every curve', (t) => {
  for (const [namedCurve, bytes] of [
    ['P-256', 64],
    ['P-384', 96],
    ['P-521', 132],
  ] as const) {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    const raw = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
    for (let run = 0; run < 50; run++) {
      const data = Buffer.from(`${run}`);
      const der = sign('sha256', data, privateKey);
      const converted = ecdsaDerToRaw(der, bytes);
      t.ok(verify('sha256', data, raw, converted), `${namedCurve} from DER`);
      t.strictSame(Buffer.from(ecdsaRawToDer(converted)), der, `${namedCurve} to DER`);
    }
  }
  t.end();
});

t.test('comes back as it went, small numbers and sign bits too', (t) => {
  const byte = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.integer({ min: 0, max: 255 }));
  fc.assert(
    fc.property(
      fc.constantFrom(64, 96, 132),
      fc.array(byte, { minLength: 132, maxLength: 132 }),
      fc.nat(66),
      (length, bytes, zeros) => {
        const raw = Uint8Array.from(bytes.slice(0, length)).fill(0, 0, zeros);
        return Buffer.compare(ecdsaDerToRaw(ecdsaRawToDer(raw), length), raw) === 0;
      },
    ),
    { numRuns: 1000 },
  );
  t.end();
});

t.test('takes one encoding of a signature only', (t) => {
  const good = '30 06 02 01 01 02 01 02';
  t.strictSame(ecdsaDerToRaw(hex(good), 4), Uint8Array.of(0, 1, 0, 2));
  const rows: readonly (readonly [name: string, der: string])[] = [
    ['nothing', ''],
    ['no sequence', '31 06 02 01 01 02 01 02'],
    ['cut off', '30 06 02 01 01 02 01'],
    ['bytes behind', `${good} 00`],
    ['bytes behind s', '30 07 02 01 01 02 01 02 00'],
    ['r alone', '30 03 02 01 01'],
    ['r empty', '30 05 02 00 02 01 02'],
    ['s is no integer', '30 06 02 01 01 03 01 02'],
    ['r negative', '30 06 02 01 80 02 01 02'],
    ['r with a needless zero', '30 07 02 02 00 01 02 01 02'],
    ['r too wide', '30 08 02 03 01 00 00 02 01 02'],
    ['long form of a short length', '30 81 06 02 01 01 02 01 02'],
    ['indefinite length', '30 80 02 01 01 02 01 02 00 00'],
    ['two bytes of length', '30 82 00 06 02 01 01 02 01 02'],
  ];
  for (const [name, der] of rows) t.throws(() => ecdsaDerToRaw(hex(der), 4), MALFORMED, name);
  t.end();
});

t.test('any bytes are a signature of its one encoding, or refused', (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 16 }), (rest) => {
      const der = Uint8Array.of(0x30, rest.length, ...rest);
      let raw;
      try {
        raw = ecdsaDerToRaw(der, 8);
      } catch (error) {
        return (error as { code: string }).code === 'PKI_ECDSA_SIGNATURE';
      }
      return Buffer.compare(ecdsaRawToDer(raw), der) === 0;
    }),
    { numRuns: 2000 },
  );
  t.end();
});
