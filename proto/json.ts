import type { DescriptorField, DescriptorNode } from './descriptor.ts';
import { DESCRIPTOR } from './gen/descriptor.ts';
import type { Any__Output } from './gen/google/protobuf/Any.ts';
import type { ListValue__Output } from './gen/google/protobuf/ListValue.ts';
import type { Struct__Output } from './gen/google/protobuf/Struct.ts';
import { messageCodec } from './load.ts';
import type { MessageName, MessageOutput } from './load.ts';
import { decodeStruct, decodeValue } from './struct.ts';
import type { JsonObject, JsonValue } from './struct.ts';

type Fields = Readonly<Record<string, unknown>>;

/**
 * The JSON form of a decoded message, as SPIRE's tools print it: names as in the .proto file in its order, 64-bit
 * integers as strings, bytes in base64, enum values by name. Zero values, empty lists and absent messages (null) are
 * included; absent `optional` fields and members of oneofs are not.
 */
export function toProtoJson<N extends MessageName>(name: N, message: MessageOutput<N>): JsonValue {
  return messageJson(`.${name}`, message as Fields);
}

/** Messages of google.protobuf whose JSON form is not an object of their fields. */
const WELL_KNOWN: Readonly<Record<string, (message: Fields, node: DescriptorNode) => JsonValue>> = {
  '.google.protobuf.Any': (message) => anyJson(message as unknown as Any__Output),
  '.google.protobuf.Struct': (message) => decodeStruct(message as unknown as Struct__Output),
  '.google.protobuf.Value': (message) => decodeValue(message),
  '.google.protobuf.ListValue': (message) =>
    (message as unknown as ListValue__Output).values.map(decodeValue),
  ...Object.fromEntries(
    ['Bool', 'Bytes', 'Double', 'Float', 'Int32', 'Int64', 'String', 'UInt32', 'UInt64'].map(
      (kind) => [`.google.protobuf.${kind}Value`, wrapperJson],
    ),
  ),
};

function messageJson(type: string, message: Fields): JsonValue {
  const node = findNode(type);
  if (node?.fields === undefined) throw new TypeError(`no such message: ${type}`);
  return (WELL_KNOWN[type] ?? fieldsJson)(message, node);
}

function fieldsJson(message: Fields, node: DescriptorNode): JsonObject {
  const members = new Set(Object.values(node.oneofs ?? {}).flatMap(({ oneof }) => oneof));
  return Object.fromEntries(
    Object.entries(node.fields ?? {})
      .filter(([name]) => !members.has(name) || isPresent(message[name]))
      .map(([name, field]) => [name, fieldJson(field, message[name])]),
  );
}

function fieldJson(field: DescriptorField, value: unknown): JsonValue {
  if (field.keyType !== undefined) {
    const entries = Object.entries((value ?? {}) as Fields);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, item]) => [key, valueJson(field.type, item)]));
  }
  if (field.rule === 'repeated') {
    return ((value ?? []) as readonly unknown[]).map((item) => valueJson(field.type, item));
  }
  return valueJson(field.type, value);
}

function valueJson(type: string, value: unknown): JsonValue {
  if (!type.startsWith('.')) return (SCALARS[type] ?? smallInteger)(value);
  const values = findNode(type)?.values;
  if (values !== undefined) return enumJson(values, value);
  return isPresent(value) ? messageJson(type, value as Fields) : null;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** By scalar type; all others are integers that a double holds. An absent value is the zero of its type. */
const SCALARS: Readonly<Record<string, (value: unknown) => JsonValue>> = {
  string: (value) => (value ?? '') as string,
  bool: (value) => (value ?? false) as boolean,
  bytes: (value) => Buffer.from((value ?? '') as Uint8Array).toString('base64'),
  double: floating,
  float: floating,
  ...Object.fromEntries(
    ['int64', 'uint64', 'sint64', 'fixed64', 'sfixed64'].map((type) => [type, largeInteger]),
  ),
};

function smallInteger(value: unknown): number {
  return (value ?? 0) as number;
}

function largeInteger(value: unknown): string {
  return (value ?? '0') as string;
}

/** JSON has no NaN and no infinities: they are strings. */
function floating(value: unknown): number | string {
  const number = (value ?? 0) as number;
  return Number.isFinite(number) ? number : String(number);
}

/** Values that this version has no name for come as numbers and stay so. */
function enumJson(values: Readonly<Record<string, number>>, value: unknown): JsonValue {
  if ('NULL_VALUE' in values) return null;
  return (value ?? Object.keys(values)[0] ?? 0) as string | number;
}

function wrapperJson(message: Fields, node: DescriptorNode): JsonValue {
  return fieldsJson(message, node)['value'] ?? null;
}

/** The packed message with its type beside its fields; bytes where the type is not one of this package's. */
function anyJson({ type_url: url, value }: Any__Output): JsonValue {
  const type = url.slice(url.lastIndexOf('/') + 1);
  if (findNode(`.${type}`)?.fields === undefined) {
    return { '@type': url, value: value.toString('base64') };
  }
  const json = toProtoJson(type as MessageName, messageCodec(type as MessageName).decode(value));
  return WELL_KNOWN[`.${type}`] === undefined
    ? { '@type': url, ...(json as JsonObject) }
    : { '@type': url, value: json };
}

function findNode(type: string): DescriptorNode | undefined {
  let node: DescriptorNode | undefined = DESCRIPTOR;
  for (const part of type.slice(1).split('.')) {
    const nested: DescriptorNode['nested'] = node.nested;
    node = nested !== undefined && Object.hasOwn(nested, part) ? nested[part] : undefined;
    if (node === undefined) return undefined;
  }
  return node;
}
