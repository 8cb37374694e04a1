import { makeClientConstructor } from '@grpc/grpc-js';
import type { Client } from '@grpc/grpc-js';
import type { METHODS } from './gen/methods.ts';
import type { ServiceTypes } from './gen/types.ts';
import { packageDefinition } from './load.ts';

/** Every gRPC service of this package, from the name our code calls it by to its name on the wire. */
export const SERVICES = {
  workloadApi: 'SpiffeWorkloadAPI',
  brokerApi: 'spiffe.broker.API',
  health: 'grpc.health.v1.Health',
  agent: 'spire.api.server.agent.v1.Agent',
  bundle: 'spire.api.server.bundle.v1.Bundle',
  entry: 'spire.api.server.entry.v1.Entry',
  localAuthority: 'spire.api.server.localauthority.v1.LocalAuthority',
  svid: 'spire.api.server.svid.v1.SVID',
  trustDomain: 'spire.api.server.trustdomain.v1.TrustDomain',
  serverDebug: 'spire.api.server.debug.v1.Debug',
  serverLogger: 'spire.api.server.logger.v1.Logger',
  delegatedIdentity: 'spire.api.agent.delegatedidentity.v1.DelegatedIdentity',
  agentDebug: 'spire.agent.debug.v1.Debug',
  agentLogger: 'spire.api.agent.logger.v1.Logger',
  updates: 'vouchsafe.server.updates.v1.Updates',
  serverEntry: 'vouchsafe.server.entry.v1.Entry',
  serverExplain: 'vouchsafe.server.explain.v1.Explain',
  agentExplain: 'vouchsafe.agent.explain.v1.Explain',
} as const satisfies Record<string, keyof ServiceTypes & keyof typeof METHODS>;

/** A service, by the name our code calls it by. */
export type ServiceName = keyof typeof SERVICES;

type Types<N extends ServiceName> = ServiceTypes[(typeof SERVICES)[N]];

/** What `server.addService` takes first, with the types of every request and response. */
export type ServiceDefinition<N extends ServiceName> = Types<N>['definition'];
/** What implements a service: one grpc-js handler a method. */
export type ServiceHandlers<N extends ServiceName> = Types<N>['handlers'];
/** A grpc-js client of a service. */
export type ServiceClient<N extends ServiceName> = Types<N>['client'];

/**
 * The full name of a method of these services, such as `/spire.api.server.entry.v1.Entry/GetEntry`. As a key it makes
 * tables that must be complete: `Record<FullMethodName<'entry' | 'svid'>, Access>`.
 */
export type FullMethodName<N extends ServiceName = ServiceName> = {
  [S in N]: (typeof METHODS)[(typeof SERVICES)[S]][number];
}[N];

type ClientClass<N extends ServiceName> = new (
  ...parameters: ConstructorParameters<typeof Client>
) => ServiceClient<N>;

/** The definition of a service, for servers and for clients that make calls by hand. */
export function serviceDefinition<N extends ServiceName>(name: N): ServiceDefinition<N> {
  // The table's keys and the descriptor are generated from the same files.
  return packageDefinition()[SERVICES[name]] as unknown as ServiceDefinition<N>;
}

/** A client of a service; `args` are the address, the credentials and the options of a grpc-js client. */
export function createClient<N extends ServiceName>(
  name: N,
  ...args: ConstructorParameters<typeof Client>
): ServiceClient<N> {
  const definition = serviceDefinition(name);
  const ClientOf = makeClientConstructor(definition, SERVICES[name]) as unknown as ClientClass<N>;
  return new ClientOf(...args);
}

type Method<N extends ServiceName, M extends keyof ServiceDefinition<N>> = ServiceDefinition<N>[M];

/** What a client calls a method with; each message of it for a stream. */
export type RequestOf<N extends ServiceName, M extends keyof ServiceDefinition<N>> =
  Method<N, M> extends { requestSerialize(request: infer Request): Buffer } ? Request : never;

/** What a method answers, decoded; each message of it for a stream. */
export type ResponseOf<N extends ServiceName, M extends keyof ServiceDefinition<N>> =
  Method<N, M> extends { responseDeserialize(bytes: Buffer): infer Response } ? Response : never;
