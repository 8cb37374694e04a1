import { z } from 'zod';
import { formatAddress } from '../../runtime/address.ts';
import type { Address } from '../../runtime/address.ts';
import { formatDuration } from '../../runtime/duration.ts';

/** A key of a configuration file, as its schema has it. */
export interface ConfigKey {
  readonly key: string;
  /** What may be written; the values themselves where they are few. */
  readonly type: string;
  readonly choices: readonly string[];
  readonly isRequired: boolean;
  /** As one would write it. */
  readonly default: string | undefined;
  readonly meaning: string;
  /** What else must hold, each a part of a sentence: `must be between 1s and 1h`. */
  readonly rules: readonly string[];
}

/** The keys of a configuration in the order of its schema. */
export function readConfigKeys(schema: z.ZodObject): readonly ConfigKey[] {
  return keysOf(schema, z.toJSONSchema(schema, { io: 'input' }), '');
}

/** A key that holds others is listed as these, `rate_limit.signing`. */
function keysOf(
  schema: z.ZodObject,
  { properties = {}, required = [] }: Property,
  within: string,
): readonly ConfigKey[] {
  return Object.entries(schema.shape).flatMap(([key, field]) => {
    const property = properties[key];
    if (typeof property !== 'object') throw new Error(`${key} has no type`);
    if (property.description === undefined) throw new Error(`${key} is not described`);
    const inner = layersOf(field as z.core.$ZodType).at(-1);
    if (inner instanceof z.ZodObject) {
      const keys = keysOf(inner, property, `${within}${key}.`);
      // What only some configurations have is needed by these alone; its meaning says so.
      return required.includes(key) || defaultLayer(field as z.core.$ZodType) !== undefined
        ? keys
        : keys.map((each) => ({ ...each, isRequired: false }));
    }
    const type = typeOf(property);
    return {
      key: within + key,
      type,
      choices: (property.enum ?? []).map(String),
      isRequired: required.includes(key),
      default: defaultOf(field as z.core.$ZodType, type),
      meaning: property.description,
      rules: [...boundsOf(property), ...layersOf(field as z.core.$ZodType).flatMap(refinements)],
    };
  });
}

/** Rules about several keys together, each under the key that it is reported for. */
export function readConfigRules(schema: z.ZodObject): readonly (readonly [string, string])[] {
  return (schema.def.checks ?? []).flatMap((check) => {
    const { path } = check._zod.def as { readonly path?: readonly PropertyKey[] };
    const message = messageOf(check);
    return message === undefined ? [] : [[(path ?? []).map(String).join('.'), message] as const];
  });
}

type Property = z.core.JSONSchema.JSONSchema;

function typeOf({ type, items, anyOf, const: only }: Property): string {
  if (only !== undefined) return `\`${plain(only)}\``;
  if (anyOf !== undefined) return anyOf.map((each) => typeOf(each)).join(' or ');
  // Durations alone may be written as a number of seconds too.
  if (Array.isArray(type)) return 'duration';
  if (type === 'array') return `list of ${typeOf(items as Property)}s`;
  return type ?? 'text';
}

function boundsOf({ minimum, maximum, maxLength, maxItems }: Property): string[] {
  const isBound = (limit: number | undefined): limit is number =>
    limit !== undefined && Number.isInteger(limit) && Math.abs(limit) < Number.MAX_SAFE_INTEGER;
  return [
    ...(isBound(minimum) ? [`at least ${minimum}`] : []),
    ...(isBound(maximum) ? [`at most ${maximum}`] : []),
    ...(isBound(maxLength) ? [`at most ${maxLength} characters`] : []),
    ...(isBound(maxItems) ? [`at most ${maxItems}`] : []),
  ];
}

/** A schema and those that it is wrapped around. */
function layersOf(schema: z.core.$ZodType): z.core.$ZodType[] {
  const { innerType } = schema._zod.def as { readonly innerType?: z.core.$ZodType };
  return innerType === undefined ? [schema] : [schema, ...layersOf(innerType)];
}

function refinements(schema: z.core.$ZodType): string[] {
  return (schema._zod.def.checks ?? []).flatMap((check) => messageOf(check) ?? []);
}

interface CheckDefinition {
  readonly check: string;
  readonly error?: (issue: object) => string | { readonly message: string } | null | undefined;
}

/** What a refinement of ours says when it is broken; what zod itself checks is in the JSON schema. */
function messageOf(check: z.core.$ZodCheck): string | undefined {
  const { check: kind, error } = check._zod.def as CheckDefinition;
  if (kind !== 'custom') return undefined;
  const message = error?.({});
  return typeof message === 'string' ? message : message?.message;
}

const defaultLayer = (field: z.core.$ZodType) =>
  layersOf(field).find((each) => each instanceof z.ZodDefault);

function defaultOf(field: z.core.$ZodType, type: string): string | undefined {
  const layer = defaultLayer(field);
  if (layer === undefined) return undefined;
  const value = layer.def.defaultValue;
  if (type === 'duration') return formatDuration(Number(value));
  return isAddress(value) ? formatAddress(value) : plain(value);
}

const isAddress = (value: unknown): value is Address =>
  typeof value === 'object' && value !== null && 'kind' in value;

const plain = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value);
