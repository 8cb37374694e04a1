/**
 * How messages look in JavaScript, for the loader and for the generated types alike: field names as in the .proto
 * file, 64-bit integers as decimal strings, enum values by name, absent scalars as their zero, and for each oneof a
 * property that names the member present.
 */
export const LOADER_OPTIONS = {
  keepCase: true,
  longs: String,
  enums: String,
  defaults: true,
  oneofs: true,
} as const;
