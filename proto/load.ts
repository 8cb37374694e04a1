import { fromJSON } from '@grpc/proto-loader';
import type { MessageTypeDefinition, PackageDefinition } from '@grpc/proto-loader';
import { DESCRIPTOR } from './gen/descriptor.ts';
import type { MessageTypes } from './gen/types.ts';
import { LOADER_OPTIONS } from './loader-options.ts';

/** The full name of a message that is not inside another, such as `spire.api.types.Entry`. */
export type MessageName = keyof MessageTypes;
/** What a message is encoded from: every field may be left out. */
export type MessageInput<N extends MessageName> = MessageTypes[N]['input'];
/** What a message is decoded to: absent scalars are zero, absent messages null. */
export type MessageOutput<N extends MessageName> = MessageTypes[N]['output'];

/** Bytes from a message and back, for what travels outside a call's own request and response. */
export interface MessageCodec<N extends MessageName> {
  /** @throws Error of protobufjs when a nested message is not an object. */
  encode(message: MessageInput<N>): Buffer;
  /** @throws Error of protobufjs when the bytes are no message: cut inside a number or nested more than 100 deep. */
  decode(bytes: Uint8Array): MessageOutput<N>;
}

let loaded: PackageDefinition | undefined;

/** Every service and message of this package; built on first use, which takes some 30 ms, and kept. */
export function packageDefinition(): PackageDefinition {
  loaded ??= fromJSON(DESCRIPTOR, LOADER_OPTIONS);
  return loaded;
}

/** The codec of one message, the same code a call uses. */
export function messageCodec<N extends MessageName>(name: N): MessageCodec<N> {
  const definition = packageDefinition()[name] as MessageTypeDefinition<
    MessageInput<N>,
    MessageOutput<N>
  >;
  return {
    encode: definition.serialize,
    decode: (bytes) =>
      definition.deserialize(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)),
  };
}
