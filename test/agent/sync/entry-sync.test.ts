import t from 'tap';
import { messageCodec } from '@vouchsafe/proto/load';
import type { MessageInput } from '@vouchsafe/proto/load';
import { STATUS } from '../../../agent/sync/call-error.ts';
import { EntrySync } from '../../../agent/sync/entry-sync.ts';
import type { ServerConnection } from '../../../agent/sync/server-connection.ts';

type Response = MessageInput<'spire.api.server.entry.v1.SyncAuthorizedEntriesResponse'>;

const revision = (id: string) => ({ id, revision_number: '0', created_at: '0' });

/** A server that says this, one message after the other, whatever it is asked. */
function scripted(script: readonly Response[]) {
  const codec = messageCodec('spire.api.server.entry.v1.SyncAuthorizedEntriesResponse');
  const answers = script.map((message) => codec.decode(codec.encode(message)));
  const sent: unknown[] = [];
  let ended = 0;
  const exchange = {
    send: (request: unknown) => void sent.push(request),
    receive: () => Promise.resolve(answers.shift()),
    end: () => {
      ended++;
    },
  };
  const connection = { exchange: () => exchange } as unknown as ServerConnection;
  return { subject: new EntrySync(connection), sent, ended: () => ended };
}

t.test('asks in pages of the size that the server’s first one has', async (t) => {
  const { subject, sent, ended } = scripted([
    { entry_revisions: [revision('c'), revision('a')], more: true },
    { entry_revisions: [revision('b')], more: false },
    { entries: [{ id: 'a' }], more: true },
    { entries: [{ id: 'b' }], more: false },
    { entries: [{ id: 'c' }], more: true },
    { entries: [], more: false },
  ]);
  const { ids, changed } = await subject.fetch(() => false);
  t.strictSame(ids, new Set(['a', 'b', 'c']));
  t.strictSame(
    changed.map(({ id }) => id),
    ['a', 'b', 'c'],
  );
  t.match(sent[0], { output_mask: { revision_number: true, created_at: true } });
  t.strictSame(sent.slice(1), [{ ids: ['a', 'b'] }, { ids: ['c'] }]);
  t.equal(ended(), 1);
});

t.test('says goodbye when nothing has changed', async (t) => {
  const { subject, sent, ended } = scripted([{ entry_revisions: [revision('a')] }]);
  t.strictSame((await subject.fetch(() => true)).changed, []);
  t.equal(sent.length, 1);
  t.equal(ended(), 1);
});

for (const [name, script] of [
  ['nothing', []],
  [
    'entries among revisions',
    [{ entry_revisions: [revision('a')], more: true }, { entries: [{ id: 'a' }] }],
  ],
  [
    'revisions among entries',
    [{ entry_revisions: [revision('a')] }, { entry_revisions: [revision('a')] }],
  ],
  ['half of a list', [{ entry_revisions: [revision('a')], more: true }]],
  ['no entries in the end', [{ entry_revisions: [revision('a')] }]],
  [
    'more entries than asked for',
    [{ entry_revisions: [revision('a')] }, { entries: [{ id: 'a' }, { id: 'b' }] }],
  ],
] as const) {
  t.test(`F-09: a server that sends ${name} has told nothing`, async (t) => {
    const { subject, ended } = scripted(script as unknown as Response[]);
    await t.rejects(
      subject.fetch(() => false),
      { code: STATUS.INVALID_ARGUMENT },
    );
    t.equal(ended(), 1, 'and is not kept on the line');
  });
}

/** A server that gives these entries to whoever asks for some. */
function giving(...given: readonly string[]) {
  const codec = messageCodec('vouchsafe.server.updates.v1.FetchEntriesResponse');
  const asked: (readonly string[])[] = [];
  const unary = (_service: string, _method: string, { ids }: { ids: readonly string[] }) => {
    asked.push(ids);
    const entries = given.filter((id) => ids.includes(id) || id.startsWith('!'));
    const answer = {
      entries: entries.map((id) => ({ id })),
      attributes: Object.fromEntries(entries.map((id) => [id, { owner: `owner of ${id}` }])),
    };
    return Promise.resolve(codec.decode(codec.encode(answer)));
  };
  return { subject: new EntrySync({ unary } as unknown as ServerConnection), asked };
}

t.test('asks for single entries, five hundred at once', async (t) => {
  const ids = Array.from({ length: 501 }, (_, i) => `e${i}`);
  const { subject, asked } = giving('e500', 'e0', 'other');
  const found = await subject.fetchThese(ids);
  t.strictSame(
    found.messages.map(({ id }) => id),
    ['e0', 'e500'],
  );
  t.strictSame([...found.attributes.keys()], ['e0', 'e500']);
  t.match(found.attributes.get('e0'), { owner: 'owner of e0' });
  t.strictSame(asked, [ids.slice(0, 500), ids.slice(500)]);
});

t.test('refuses an entry that it did not ask for, or gets twice', async (t) => {
  for (const given of [
    ['a', '!b'],
    ['a', 'a'],
  ]) {
    const { subject } = giving(...given);
    await t.rejects(subject.fetchThese(['a', 'c']), { code: STATUS.INVALID_ARGUMENT });
  }
});
