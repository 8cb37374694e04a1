import { execFileSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import t from 'tap';
import { createLog } from '../../runtime/log.ts';
import { LOG_LEVELS } from '../../runtime/log-level.ts';
import type { LogFields } from '../../runtime/log.ts';
import { captureLog } from '../support/capture-log.ts';
import { startNode } from '../support/child.ts';
import { temporaryDirectory } from '../support/socket-path.ts';

t.test('a line holds its level, its time, its sentence and its fields', (t) => {
  const { log, records } = captureLog();
  log.debug('One');
  log.info('Two', { entry_id: 'a' });
  log.warn('Three');
  log.error('Four');
  t.match(records, [
    { level: 'debug', msg: 'One' },
    { level: 'info', msg: 'Two', entry_id: 'a' },
    { level: 'warn', msg: 'Three' },
    { level: 'error', msg: 'Four' },
  ]);
  t.ok(Math.abs(Date.parse(String(records[0]?.['time'])) - Date.now()) < 60_000);
  t.notOk('pid' in records[0]! || 'hostname' in records[0]!, 'and nothing that is the same in all');
  t.end();
});

t.test('the level can be changed while it runs, for its children too', (t) => {
  const { log, records } = captureLog();
  const child = log.child({ task: 'sync' });
  log.level = 'warn';
  t.equal(log.level, 'warn');
  log.info('Silent');
  log.warn('Heard');
  log.level = 'debug';
  child.debug('Heard again');
  t.match(records, [{ msg: 'Heard' }, { msg: 'Heard again', task: 'sync' }]);
  t.equal(records.length, 2);
  t.ok((LOG_LEVELS as readonly string[]).includes(log.level));
  t.end();
});

t.test('a child adds its fields to each of its lines, and to no other', (t) => {
  const { log, records } = captureLog();
  log.child({ method: '/a' }).child({ caller: 'b' }).info('Inner', { n: 1 });
  log.info('Outer');
  t.match(records[0], { method: '/a', caller: 'b', n: 1 });
  t.notOk('method' in records[1]!);
  t.end();
});

const hostile: readonly (readonly [what: string, text: string])[] = [
  ['a line end', 'a\n{"level":"error","msg":"forged"}'],
  ['a carriage return', 'a\rforged'],
  ['an escape sequence', '\u001b[2J\u001b]0;title\u0007'],
  ['a C1 control', '\u009b31m'],
  ['delete', 'a\u007f\u007f'],
  ['NUL', 'a\u0000b'],
  ['a Unicode line end', 'a\u2028b\u2029c'],
  ['a change of direction', 'a\u202egnp.exe\u2066'],
  ['a byte order mark', '\ufeffa'],
  ['half a surrogate pair', 'a\ud800b'],
];

for (const [what, text] of hostile) {
  t.test(
    `${what} in a value, a key, an error or a child reaches no terminal as it is (T-26)`,
    (t) => {
      const { log, text: written } = captureLog();
      const fields: readonly LogFields[] = [
        { value: text },
        { [text]: 1 },
        { value: { [text]: text } },
        { value: [text] },
        { error: new Error(text) },
        { error: new Error('outer', { cause: text }) },
      ];
      for (const each of fields) log.info('Line', each);
      log.child({ value: text }).info('Line');
      log.child({ [text]: 'a' }).info('Line');
      const lines = written().split('\n');
      t.equal(lines.length, fields.length + 3, 'no line more than was logged');
      t.notMatch(lines.join(''), /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u);
      t.end();
    },
  );
}

t.test('a text is cut before it floods the log, wherever it stands (T-26)', (t) => {
  const { log, text } = captureLog();
  const flood = 'x'.repeat(1 << 20);
  log.info('Line', {
    value: flood,
    inner: { [flood]: flood },
    error: new Error(flood),
    many: Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`key${i}`, i])),
  });
  log.child({ value: flood }).info('Line');
  t.ok(text().length < 20_000, `${text().length} bytes`);
  t.match(text(), /1048576 characters/);
  t.end();
});

t.test('a key among the fields is not printed, in whatever form it comes (T-27)', (t) => {
  const { log, text } = captureLog();
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const der = privateKey.export({ type: 'pkcs8', format: 'der' });
  const jwk = privateKey.export({ format: 'jwk' });
  log.info('Line', {
    key: privateKey,
    der,
    nested: [{ der: new Uint8Array(der) }],
    again: createPrivateKey({ key: der, type: 'pkcs8', format: 'der' }),
    buffer: new Uint8Array(der).buffer,
  });
  t.notMatch(text(), new RegExp(der.toString('base64').slice(20, 40).replaceAll(/[+/]/g, '.')));
  t.notMatch(text(), /"data":\[|:\[48,/);
  t.notMatch(text(), jwk.d!);
  t.end();
});

t.test('a line that cannot be written does not fail what it tells of', (t) => {
  const log = createLog('info', {
    write: () => {
      throw new Error('disk full');
    },
  });
  t.doesNotThrow(() => log.info('Line'));
  t.doesNotThrow(() => log.flush());
  t.end();
});

const LOG_MODULE = new URL('../../runtime/log.ts', import.meta.url).href;
const TALKATIVE = `
  import(${JSON.stringify(LOG_MODULE)}).then(({ createLog }) => {
    const log = createLog('info');
    for (let i = 0; i < 5000; i++) log.info('Line', { text: 'x'.repeat(1000) });
    process.stdin.on('data', (line) => {
      if (String(line) === 'end\\n') process.kill(process.pid, 'SIGKILL'); // a write that hangs outlasts exit()
      log.info('Line');
      console.log('alive');
    });
    console.log('started');
  });`;

const outlets: readonly (readonly [what: string, command: string])[] = [
  ['that stands still', '"$@" 2<>fifo'],
  ['that has gone', '{ "$@" 3>&1 1>&2 2>&3 | true; } 2>&1'],
  ['that is a full disk', '"$@" 2>/dev/full'],
  ['that is closed', '"$@" 2>&-'],
];

for (const [what, command] of outlets) {
  t.test(`a log ${what} does not stop the daemon`, async (t) => {
    const fifo = join(temporaryDirectory(t), 'fifo');
    execFileSync('mkfifo', [fifo]);
    const child = startNode(TALKATIVE, {
      wrapper: ['sh', '-c', command.replace('fifo', fifo), 'sh'],
    });
    t.teardown(async () => {
      child.send('end');
      await child.ended();
    });
    t.equal(await child.line(), 'started');
    child.send('');
    t.equal(await child.line(), 'alive');
    child.send('');
    t.equal(await child.line(), 'alive');
  });
}
