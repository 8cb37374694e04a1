import t from 'tap';
import { printable, printableLines, processTerminal } from '../../cli/terminal.ts';

t.test('characters that steer a terminal are spelled out', (t) => {
  const rows = [
    ['plain ünïcode 日本', 'plain ünïcode 日本'],
    ['\u001b[2J', '\\u{1b}[2J'],
    ['a\rb', 'a\\u{d}b'],
    ['\u009b31m', '\\u{9b}31m'],
    ['\u202eevil', '\\u{202e}evil'],
    ['\u{e0001}', '\\u{e0001}'],
    ['a\u2028b', 'a\\u{2028}b'],
  ] as const;
  for (const [text, shown] of rows) {
    t.equal(printable(text), shown);
    t.equal(printableLines(text), shown);
  }
  t.equal(printable('a\nb'), 'a\\u{a}b');
  t.equal(printableLines('a\nb\t'), 'a\nb\\u{9}');
  t.end();
});

t.test('what is no terminal has neither colours nor columns', (t) => {
  const { stdout, uid } = processTerminal();
  if (!process.stdout.isTTY) {
    t.strictSame(
      { isTerminal: stdout.isTerminal, hasColors: stdout.hasColors, columns: stdout.columns },
      { isTerminal: false, hasColors: false, columns: undefined },
    );
  }
  t.equal(uid, process.geteuid!());
  t.end();
});
