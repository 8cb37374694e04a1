import type { Struct, Struct__Output } from './gen/google/protobuf/Struct.ts';
import type { Value, Value__Output } from './gen/google/protobuf/Value.ts';

/** What JSON can say. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
/** A JSON object; its keys are own properties, `__proto__` among them. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** Each level of JSON is two of messages, of which protobufjs allows 100 inside one another. */
const MAX_NESTING = 40;

/** The google.protobuf.Struct of a JSON object. @throws RangeError when it is nested more than 40 deep */
export function encodeStruct(object: JsonObject): Struct {
  return structAt(object, 1);
}

/** The JSON object that a google.protobuf.Struct says, its keys sorted: on the wire they have no order. */
export function decodeStruct(struct: Struct__Output): JsonObject {
  const fields = Object.entries(struct.fields).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([key, value]) => [key, decodeValue(value)]));
}

/** The JSON value that a google.protobuf.Value says; one of no kind is null. */
export function decodeValue(value: Value__Output): JsonValue {
  const { structValue, listValue } = value;
  if (structValue) return decodeStruct(structValue);
  if (listValue) return listValue.values.map(decodeValue);
  return value.stringValue ?? value.numberValue ?? value.boolValue ?? null;
}

function structAt(object: JsonObject, depth: number): Struct {
  if (depth > MAX_NESTING) throw new RangeError(`nested more than ${MAX_NESTING} deep`);
  const fields = Object.entries(object).map(([key, value]) => [key, valueAt(value, depth + 1)]);
  return { fields: Object.fromEntries(fields) as Record<string, Value> };
}

function valueAt(value: JsonValue, depth: number): Value {
  if (value === null) return { nullValue: 'NULL_VALUE' };
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'number') return { numberValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (!isArray(value)) return { structValue: structAt(value, depth) };
  if (depth > MAX_NESTING) throw new RangeError(`nested more than ${MAX_NESTING} deep`);
  return { listValue: { values: value.map((item) => valueAt(item, depth + 1)) } };
}

/** Array.isArray does not narrow read-only arrays. */
function isArray(value: readonly JsonValue[] | JsonObject): value is readonly JsonValue[] {
  return Array.isArray(value);
}
