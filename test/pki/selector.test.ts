import t from 'tap';
import { Selector } from '@vouchsafe/pki/selector';

const rows: readonly (readonly [text: string, verdict: string])[] = [
  ['unix:uid:1000', 'unix'],
  ['k8s:pod-label:app:web', 'k8s'],
  ['a::', 'a'],
  ['unix: ', 'unix'],
  ['unix', 'PKI_SELECTOR_SEPARATOR'],
  ['', 'PKI_SELECTOR_SEPARATOR'],
  [':value', 'PKI_SELECTOR_TYPE'],
  ['unix:', 'PKI_SELECTOR_VALUE'],
];

t.test('reads TYPE:VALUE and prints it as it came', (t) => {
  for (const [text, verdict] of rows) {
    if (verdict.startsWith('PKI_')) {
      t.throws(() => Selector.parse(text), { code: verdict }, text);
      continue;
    }
    const selector = Selector.parse(text);
    t.equal(selector.type, verdict);
    t.equal(String(selector), text);
  }
  t.end();
});

t.test('joins a type and a value that came apart', (t) => {
  const selector = Selector.of('unix', 'uid:1000');
  t.ok(selector.equals(Selector.parse('unix:uid:1000')));
  t.notOk(selector.equals(Selector.of('unix', 'uid:1001')));
  t.notOk(selector.equals(Selector.of('docker', 'uid:1000')));
  t.throws(() => Selector.of('unix:uid', '1000'), { code: 'PKI_SELECTOR_TYPE' });
  t.throws(() => Selector.of('', 'uid:1000'), { code: 'PKI_SELECTOR_TYPE' });
  t.throws(() => Selector.of('unix', ''), { code: 'PKI_SELECTOR_VALUE' });
  t.end();
});
