import t from 'tap';
import { Selector } from '@vouchsafe/pki/selector';
import { SelectorSet } from '../../../agent/cache/selector-set.ts';
import { selectorsOf } from '../../support/entries.ts';

t.test('is the same set in whatever order it was found', (t) => {
  const set = selectorsOf('unix:uid:0', 'unix:gid:0', 'unix:uid:0');
  t.equal(set.key, selectorsOf('unix:gid:0', 'unix:uid:0').key);
  t.strictSame(set.texts, ['unix:gid:0', 'unix:uid:0']);
  t.ok(set.has('unix:uid:0'));
  t.notOk(set.has('unix:uid:1'));
  t.end();
});

t.test('T-01: no selector can be written so that it passes for two', (t) => {
  const two = selectorsOf('docker:label:a', 'unix:uid:0').key;
  for (const separator of ['\0', ',', '","', '\n', '\\"']) {
    const forged = Selector.parse(`docker:label:a${separator}unix:uid:0`);
    t.not(new SelectorSet([forged]).key, two, JSON.stringify(separator));
  }
  t.end();
});
