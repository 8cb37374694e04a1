import t from 'tap';
import { messageCodec } from '@vouchsafe/proto/load';
import { AttributeFetcher } from '../../../agent/sync/attribute-fetcher.ts';
import { CallError, STATUS } from '../../../agent/sync/call-error.ts';
import type { ServerConnection } from '../../../agent/sync/server-connection.ts';

/** A server that knows who owns the entries whose ID begins with an `o`. */
function knowing(failure?: CallError) {
  const codec = messageCodec('vouchsafe.server.entry.v1.GetAuthorizedAttributesResponse');
  const asked: (readonly string[])[] = [];
  const unary = (_service: string, _method: string, { ids }: { ids: readonly string[] }) => {
    asked.push(ids);
    if (failure !== undefined) return Promise.reject(failure);
    const owned = ids.filter((id) => id.startsWith('o')).map((id) => [id, { owner: `of ${id}` }]);
    const attributes = Object.fromEntries(owned) as Record<string, { owner: string }>;
    return Promise.resolve(codec.decode(codec.encode({ attributes })));
  };
  const connection = { unary } as unknown as ServerConnection;
  return { subject: new AttributeFetcher(connection), asked };
}

t.test('asks for those of many entries, five hundred at once', async (t) => {
  const { subject, asked } = knowing();
  const ids = Array.from({ length: 1001 }, (_, i) => `${i % 2 === 0 ? 'o' : 'n'}${i}`);
  const attributes = await subject.fetch(ids);
  t.strictSame(
    asked.map(({ length }) => length),
    [500, 500, 1],
  );
  t.equal(attributes.size, 501);
  t.match(attributes.get('o1000'), { owner: 'of o1000' });
  t.notOk(attributes.has('n1'));
});

t.test('no question for no entry', async (t) => {
  const { subject, asked } = knowing();
  t.equal((await subject.fetch([])).size, 0);
  t.equal(asked.length, 0);
});

t.test('entries of a server of others have none, and it is asked once', async (t) => {
  const { subject, asked } = knowing(new CallError(STATUS.UNIMPLEMENTED, 'unknown service'));
  t.equal((await subject.fetch(['a'])).size, 0);
  t.equal((await subject.fetch(['a'])).size, 0);
  t.equal(asked.length, 1);
});

t.test('a server that does not answer has not said that there are none', async (t) => {
  for (const code of [STATUS.UNAVAILABLE, STATUS.PERMISSION_DENIED]) {
    const { subject, asked } = knowing(new CallError(code, 'no'));
    await t.rejects(subject.fetch(['a']), { code });
    await t.rejects(subject.fetch(['a']), { code });
    t.equal(asked.length, 2);
  }
});
