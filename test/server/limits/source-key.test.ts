import t from 'tap';
import { sourceKey } from '../../../server/limits/source-key.ts';

for (const [address, key] of [
  ['192.0.2.7:1234', '192.0.2.7'],
  ['::ffff:192.0.2.7:1234', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6:1234', '2001:db8:1:2'],
  ['2001:db8::1:1234', '2001:db8:0:0'],
  ['2001:db8:1:2::9:1234', '2001:db8:1:2'],
  ['2001:db8:1:2:ffff::1234', '2001:db8:1:2'],
  ['::1:1234', '0:0:0:0'],
  ['fe80::1%eth0:1234', 'fe80:0:0:0'],
  ['unix', undefined],
] as const) {
  t.equal(sourceKey(address), key, address);
}
