import type { DescriptorField, DescriptorNode } from '@vouchsafe/proto/descriptor';
import { DESCRIPTOR } from '@vouchsafe/proto/gen/descriptor';

/** What protobufjs brings along; its copies spell a few fields of google.protobuf their own way. */
const NOT_OURS = '.google.protobuf';
/** Services of this project alone: nothing outside it says what they look like. */
const ONLY_OURS = '.vouchsafe';

/**
 * The loaded descriptor in the form of test/vectors/wire-contract.txt: a block for each enum, message and service,
 * sorted; fields as `number name type`, methods as `name request -> response`.
 */
export function wireListing(): string {
  return `${blocksOf('', DESCRIPTOR).sort().join('\n\n')}\n`;
}

function blocksOf(name: string, node: DescriptorNode): string[] {
  if (name === NOT_OURS || name === ONLY_OURS) return [];
  const nested = Object.entries(node.nested ?? {}).flatMap(([child, childNode]) =>
    blocksOf(`${name}.${child}`, childNode),
  );
  const block = blockOf(name.slice(1), node);
  return block === undefined ? nested : [block.join('\n'), ...nested];
}

function blockOf(name: string, node: DescriptorNode): string[] | undefined {
  if (node.values !== undefined) {
    const values = Object.entries(node.values).map(([value, number]) => `  ${number} ${value}`);
    return [`enum ${name}`, ...values];
  }
  if (node.methods !== undefined) {
    const methods = Object.entries(node.methods).map(([method, m]) => {
      const request = stream(m.requestStream) + m.requestType.slice(1);
      const response = stream(m.responseStream) + m.responseType.slice(1);
      return `  ${method} ${request} -> ${response}`;
    });
    return [`service ${name}`, ...methods];
  }
  if (node.fields === undefined) return undefined;
  const fields = Object.entries(node.fields).sort(([, a], [, b]) => a.id - b.id);
  return [
    `message ${name}`,
    ...fields.map(([field, f]) => `  ${f.id} ${field} ${typeOf(node, field, f)}`),
  ];
}

function typeOf(message: DescriptorNode, name: string, field: DescriptorField): string {
  const type = field.type.replace(/^\./, '');
  if (field.keyType !== undefined) return `map<${field.keyType}, ${type}>`;
  if (field.rule === 'repeated') return `repeated ${type}`;
  const oneofs = Object.entries(message.oneofs ?? {});
  const oneof = oneofs.find(([, { oneof }]) => oneof.includes(name))?.[0];
  if (oneof === undefined) return type;
  return oneof === `_${name}` ? `optional ${type}` : `${type} in ${oneof}`;
}

function stream(streams: boolean | undefined): string {
  return streams === true ? 'stream ' : '';
}
