import t from 'tap';
import { code, prose, sentence, table } from '../../../docs/generate/markdown.ts';

t.test('prose shows what was written', async (t) => {
  for (const [text, expected] of [
    ['plain', 'plain'],
    ['set ca_ttl, or not', 'set `ca_ttl`, or not'],
    ['jwt_svid.N.token into', '`jwt_svid.N.token` into'],
    ['`a_b` and *c* <D> [e]', String.raw`\`a_b\` and \*c\* \<D\> \[e\]`.replaceAll('\\`', '`')],
    ['type:value, unix:path', 'type:value, unix:path'],
  ] as const) {
    t.equal(prose(text), expected, text);
  }
});

t.test('code holds what Markdown would end it with', async (t) => {
  t.equal(code('a'), '`a`');
  t.equal(code('a `b`'), '`` a `b` ``');
});

t.test('a cell is one line, whatever it holds', async (t) => {
  t.equal(table(['a', 'b'], [['x|y', '1\n2']]), '| a | b |\n| --- | --- |\n| x\\|y | 1 2 |');
});

t.test('a sentence begins and ends', async (t) => {
  t.equal(sentence('so it is'), 'So it is.');
  t.equal(sentence('Done?'), 'Done?');
});
