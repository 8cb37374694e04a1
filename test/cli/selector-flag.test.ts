import t from 'tap';
import { selectorFlag } from '../../cli/selector-flag.ts';

t.test('selectors as they are typed', (t) => {
  const texts = [
    'unix:uid:1000',
    'unix:supplementary_group:docker',
    'unix:path:/usr/bin/a:b',
    'k8s:ns:default',
    'k8s_psat:cluster:one',
    'docker:label:com.example:app',
    'spiffe_id:spiffe://example.org/spire/agent/join_token/t',
    'acme_hsm:slot:1',
    'tpm:pub_hash:abc',
  ];
  for (const text of texts) {
    t.equal(selectorFlag(text).toString(), text);
  }
  t.end();
});

t.test('slips of the keyboard', (t) => {
  const rows: readonly (readonly [string, string])[] = [
    ['unx:uid:1000', 'No attestor finds unx. Did you mean unix:uid:1000?'],
    ['Unix:uid:1000', 'No attestor finds Unix. Did you mean unix:uid:1000?'],
    ['k8s_pasat:cluster:one', 'No attestor finds k8s_pasat. Did you mean k8s_psat:cluster:one?'],
    ['unix:uuid:1000', 'Did you mean unix:uid:1000?'],
    ['unix:1000', 'The unix attestor finds only unix:uid:…, '],
    ['unix:uid', 'It has no value: write unix:uid:VALUE.'],
    ['docker:labl:a:b', 'Did you mean docker:label:a:b?'],
    ['unix', 'A selector is TYPE:VALUE'],
    ['unix:', 'A selector is TYPE:VALUE'],
    [':uid:1', 'A selector is TYPE:VALUE'],
    ['', 'A selector is TYPE:VALUE'],
  ];
  for (const [text, message] of rows) {
    t.test(text, (t) => {
      t.throws(() => selectorFlag(text), { code: 'commander.invalidArgument' });
      try {
        selectorFlag(text);
      } catch (error) {
        t.ok((error as Error).message.startsWith(message), (error as Error).message);
      }
      t.end();
    });
  }
  t.end();
});
