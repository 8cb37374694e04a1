/** A namespace, message, enum or service of the generated descriptor, in the JSON form of protobufjs. */
export interface DescriptorNode {
  readonly nested?: Readonly<Record<string, DescriptorNode>>;
  /** Of a message. */
  readonly fields?: Readonly<Record<string, DescriptorField>>;
  /** Of a message: its oneofs, among them one named `_field` for each `optional` field. */
  readonly oneofs?: Readonly<Record<string, { readonly oneof: readonly string[] }>>;
  /** Of an enum. */
  readonly values?: Readonly<Record<string, number>>;
  /** Of a service. */
  readonly methods?: Readonly<Record<string, DescriptorMethod>>;
}

/** A field of a message. */
export interface DescriptorField {
  readonly id: number;
  /** A scalar type, or the full name of a message or enum with a leading dot. */
  readonly type: string;
  readonly rule?: string;
  /** Present in maps only, whose `type` is that of the values. */
  readonly keyType?: string;
  readonly options?: Readonly<Record<string, unknown>>;
}

/** A method of a service. */
export interface DescriptorMethod {
  readonly requestType: string;
  readonly responseType: string;
  readonly requestStream?: boolean;
  readonly responseStream?: boolean;
}
