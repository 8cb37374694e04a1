import t from 'tap';
import { parse } from 'yaml';
import { print } from '../../cli/output.ts';
import type { OutputFormat, Report } from '../../cli/output.ts';
import { fakeTerminal } from '../support/run-cli.ts';
import type { CliOptions } from '../support/run-cli.ts';

const report: Report = {
  json: { entries: [{ id: '1', count: '18446744073709551615' }] },
  table: {
    columns: ['ID', 'SPIFFE ID', 'MORE'],
    rows: [
      ['1', 'spiffe://example.org/a', ''],
      ['22', 'spiffe://example.org/long/er', 'a\tb\nc'],
    ],
  },
};

async function printed(
  format: OutputFormat | undefined,
  options: CliOptions = {},
  what = report,
): Promise<string> {
  const { terminal, stdout } = fakeTerminal(options);
  await print(terminal.stdout, what, format);
  return stdout();
}

t.test('json and yaml say what was answered, on a terminal and elsewhere', async (t) => {
  for (const options of [{}, { columns: 80, hasColors: true }]) {
    t.strictSame(JSON.parse(await printed('json', options)), report.json);
    t.strictSame(parse(await printed('yaml', options)), report.json);
    t.notMatch(await printed('json', options), '\u001b');
  }
});

const TABLE = [
  'ID  SPIFFE ID                     MORE',
  '1   spiffe://example.org/a',
  '22  spiffe://example.org/long/er  a\\u{9}b\\u{a}c',
  '',
].join('\n');

t.test('a terminal gets an aligned table', async (t) => {
  t.equal(await printed(undefined, { columns: 80 }), TABLE);
});

t.test('the header is bold where there are colours', async (t) => {
  const text = await printed(undefined, { columns: 80, hasColors: true });
  t.ok(text.startsWith('\u001b[1mID  SPIFFE ID                     MORE\u001b[22m\n'), text);
});

t.test('a terminal too narrow for the table gets a block for each row', async (t) => {
  t.equal(
    await printed(undefined, { columns: 40 }),
    [
      'ID         1',
      'SPIFFE ID  spiffe://example.org/a',
      'MORE       ',
      '',
      'ID         22',
      'SPIFFE ID  spiffe://example.org/long/er',
      'MORE       a\\u{9}b\\u{a}c',
      '',
    ].join('\n'),
  );
});

t.test(
  'a pipe gets a line a row, tabs between, unless the report has something better',
  async (t) => {
    t.equal(
      await printed(undefined),
      '1\tspiffe://example.org/a\t\n22\tspiffe://example.org/long/er\ta\\u{9}b\\u{a}c\n',
    );
    t.equal(await printed(undefined, {}, { ...report, plain: 'only this\n' }), 'only this\n');
  },
);

t.test('a pipe gets the table when it asks for one', async (t) => {
  t.equal(await printed('table'), TABLE);
});
