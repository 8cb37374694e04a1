import fc from 'fast-check';
import t from 'tap';
import { formatDuration, parseDuration } from '../../runtime/duration.ts';

const rows: readonly (readonly [text: string, seconds: number | undefined])[] = [
  ['16', 16],
  ['0', 0],
  ['45s', 45],
  ['1h30m', 5400],
  ['1.5h', 5400],
  ['2d', 172_800],
  ['250ms', 0.25],
  ['1m1ms', 60.001],
  ['30m1h', 5400],
  ['36525d', 3_155_760_000],
  ['36525d1s', undefined],
  ['3155760001', undefined],
  ['9'.repeat(400), undefined],
  ['', undefined],
  ['-5s', undefined],
  ['+5s', undefined],
  ['5 s', undefined],
  [' 5s', undefined],
  ['5s\n', undefined],
  ['1h30', undefined],
  ['h', undefined],
  ['1w', undefined],
  ['1H', undefined],
  ['.5h', undefined],
  ['1e3s', undefined],
  ['Infinity', undefined],
  ['1.5', undefined],
];

t.test('reads seconds and sums of units, and nothing else', (t) => {
  for (const [text, seconds] of rows) t.equal(parseDuration(text), seconds, JSON.stringify(text));
  t.end();
});

t.test('writes seconds as a person reads them', (t) => {
  for (const [seconds, text] of [
    [0, '0s'],
    [-1, '0s'],
    [0.9, '0s'],
    [59, '59s'],
    [60, '1m'],
    [5400, '1h30m'],
    [90_061, '1d1h1m1s'],
    [86_401, '1d1s'],
  ] as const) {
    t.equal(formatDuration(seconds), text);
  }
  t.end();
});

t.test('what it writes, it reads back', (t) => {
  fc.assert(fc.property(fc.nat(), (seconds) => parseDuration(formatDuration(seconds)) === seconds));
  t.end();
});
