import t from 'tap';
import { Selector } from '@vouchsafe/pki/selector';
import { SelectorSet } from '../../../agent/cache/selector-set.ts';
import { selectorsOf } from '../../support/entries.ts';

t.test('has each selector once', (t) => {
  const set = selectorsOf('unix:uid:0', 'unix:gid:0', 'unix:uid:0');
  t.strictSame([...set.texts], ['unix:uid:0', 'unix:gid:0']);
  t.ok(set.has('unix:uid:0'));
  t.notOk(set.has('unix:uid:1'));
  t.end();
});

t.test('T-01: no selector can be written so that it passes for two', (t) => {
  for (const separator of ['\0', ',', '","', '\n', '\\"']) {
    const forged = new SelectorSet([Selector.parse(`docker:label:a${separator}unix:uid:0`)]);
    t.notOk(forged.has('docker:label:a') || forged.has('unix:uid:0'), JSON.stringify(separator));
  }
  t.end();
});
