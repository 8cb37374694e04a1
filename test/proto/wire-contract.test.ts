import { readFileSync } from 'node:fs';
import { messageCodec, packageDefinition } from '@vouchsafe/proto/load';
import type { MessageName } from '@vouchsafe/proto/load';
import { SERVICES, serviceDefinition } from '@vouchsafe/proto/services';
import type { ServiceName } from '@vouchsafe/proto/services';
import t from 'tap';
import { tagsOf } from './wire-tags.ts';
import { wireListing } from './wire-listing.ts';

const contract = readFileSync(new URL('../vectors/wire-contract.txt', import.meta.url), 'utf8');

interface Block {
  readonly kind: string;
  readonly name: string;
  readonly lines: readonly string[];
}

const blocks = contract.split('\n\n').map((block): Block => {
  const [head = '', ...lines] = block.trimEnd().split('\n');
  const [kind = '', name = ''] = head.split(' ');
  return { kind, name, lines: lines.map((line) => line.trim()) };
});
/** A value other than zero of each enum. */
const enums = Object.fromEntries(
  blocks
    .filter(({ kind }) => kind === 'enum')
    .map(({ name, lines }) => [name, lines[1]?.split(' ')[1]]),
);

t.test('the descriptor says what the wire contract says', (t) => {
  t.same(wireListing().split('\n'), contract.split('\n'));
  t.end();
});

t.test('calls are made and served under the names and in the shape of the contract', (t) => {
  for (const [short, name] of Object.entries(SERVICES)) {
    if (name.startsWith('vouchsafe.')) continue; // in no contract with others
    const methods = Object.entries(serviceDefinition(short as ServiceName));
    const shapes = methods.map(
      ([method, { path, requestStream, responseStream }]) =>
        `${path} ${method} ${String(requestStream)} ${String(responseStream)}`,
    );
    const service = blocks.find((block) => block.kind === 'service' && block.name === name);
    const expected = service?.lines.map((line) => {
      const [method = '', request, arrow, response] = line
        .replaceAll('stream ', 'stream:')
        .split(' ');
      t.equal(arrow, '->');
      const streams = [request, response].map((type) => String(type?.startsWith('stream:')));
      return `/${name}/${method} ${method} ${streams.join(' ')}`;
    });
    t.same(shapes, expected, name);
  }
  t.end();
});

/** A value other than zero for a field, by its type in the listing. */
const SCALARS: Readonly<Record<string, unknown>> = {
  string: 'text',
  bytes: Buffer.from([1]),
  bool: true,
  int32: -1,
  int64: '-9223372036854775808',
  uint64: '18446744073709551615',
};

function sample(type: string): unknown {
  const map = /^map<string, (.*)>$/.exec(type)?.[1];
  if (map !== undefined) return { key: sample(map) };
  if (type.startsWith('repeated ')) return [sample(type.slice('repeated '.length))];
  const name = type.replace(/^optional | in .*$/g, '');
  return SCALARS[name] ?? enums[name] ?? {};
}

// Messages inside others have no codec of their own; the descriptor above covers them.
t.test('every field travels under its own number and comes back', (t) => {
  for (const { kind, name, lines } of blocks) {
    if (kind !== 'message' || packageDefinition()[name] === undefined) continue;
    for (const line of lines) {
      const [number, field = '', ...type] = line.split(' ');
      const message = { [field]: sample(type.join(' ')) };
      const codec = messageCodec(name as MessageName);
      const bytes = codec.encode(message);
      t.same(tagsOf(bytes), [Number(number)], `${name}.${field}`);
      t.match(codec.decode(bytes), message, `${name}.${field} again`);
    }
  }
  t.end();
});
