import { Metadata, status } from '@grpc/grpc-js';
import type { Client, ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import { METHODS } from '@vouchsafe/proto/gen/methods';
import { SERVICES, serviceDefinition } from '@vouchsafe/proto/services';
import t from 'tap';
import { ACCESS, findAccess } from '../../../server/api/access.ts';
import type { Right } from '../../../server/api/access.ts';
import { call, identityOf, newAgent, startTestServer } from '../../support/test-server.ts';
import type { ClientIdentity } from '../../support/test-server.ts';
import { generateKeyPair } from '@vouchsafe/pki/keys/key-pair';
import { createCsr } from '@vouchsafe/pki/x509/csr';

// Every method of every service that the server answers, tried as every kind of caller (T-18): generated from the
// list of services, so that a new method is tried too.

const SERVED = [
  'agent',
  'bundle',
  'entry',
  'svid',
  'health',
  'localAuthority',
  'trustDomain',
  'serverDebug',
  'serverLogger',
  'updates',
  'serverEntry',
  'serverExplain',
] as const;
const LOCAL_ONLY: readonly string[] = ['health', 'serverDebug', 'serverLogger'];

const server = await startTestServer(t);
const idOf = (path: string) => ({ trust_domain: 'example.org', path });

/** An identity of the trust domain that was never attested as an agent. */
async function mint(path: string): Promise<ClientIdentity> {
  const svids = server.local('svid');
  const key = await generateKeyPair('ec-p256');
  const { SpiffeId } = await import('@vouchsafe/pki/spiffe-id');
  const spiffeId = SpiffeId.parse(`spiffe://example.org${path}`);
  const csr = Buffer.from(await createCsr({ signer: key.signer, spiffeId }));
  const { svid } = await call(svids, svids.MintX509SVID, { csr });
  return identityOf(svid!.cert_chain, key).identity;
}

const entries = server.local('entry');
const selectors = [{ type: 'unix', value: 'uid:1' }];
await call(entries, entries.BatchCreateEntry, {
  entries: [
    { parent_id: idOf('/node'), spiffe_id: idOf('/admin'), selectors, admin: true },
    { parent_id: idOf('/node'), spiffe_id: idOf('/downstream'), selectors, downstream: true },
    { parent_id: idOf('/node'), spiffe_id: idOf('/workload'), selectors },
  ],
});
const agent = await newAgent(server);

const callers: readonly { name: string; has: readonly Right[]; identity?: ClientIdentity }[] = [
  { name: 'local', has: ['any', 'local'] },
  { name: 'anonymous', has: ['any'] },
  { name: 'workload', has: ['any'], identity: await mint('/workload') },
  { name: 'downstream', has: ['any', 'downstream'], identity: await mint('/downstream') },
  { name: 'unregistered', has: ['any'], identity: await mint('/nobody') },
  { name: 'admin', has: ['any', 'admin'], identity: await mint('/admin') },
  { name: 'agent', has: ['any', 'agent'], identity: agent.identity },
];

/** Calls a method with an empty message; what came of it, as a status code. */
function tryMethod(
  client: Client,
  service: (typeof SERVED)[number],
  name: string,
): Promise<ServiceError | undefined> {
  const definition = serviceDefinition(service) as unknown as Record<
    string,
    {
      path: string;
      requestStream: boolean;
      responseStream: boolean;
      requestSerialize: (v: object) => Buffer;
      responseDeserialize: (b: Buffer) => object;
    }
  >;
  const { path, requestStream, responseStream, requestSerialize, responseDeserialize } =
    definition[name]!;
  return new Promise((resolve) => {
    if (!responseStream) {
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        {},
        new Metadata(),
        (error) => resolve(error ?? undefined),
      );
      return;
    }
    const stream = requestStream
      ? client.makeBidiStreamRequest(path, requestSerialize, responseDeserialize, new Metadata())
      : client.makeServerStreamRequest(
          path,
          requestSerialize,
          responseDeserialize,
          {},
          new Metadata(),
        );
    stream.on('error', (error: ServiceError) => resolve(error));
    stream.on('data', () => resolve(undefined)); // some go on for ever
    stream.on('end', () => resolve(undefined));
    if (requestStream) (stream as ClientDuplexStream<object, object>).end();
  });
}

t.test('method × caller (T-18)', async (t) => {
  for (const caller of callers) {
    for (const service of SERVED) {
      const isLocal = caller.name === 'local';
      const client: Client = isLocal ? server.local(service) : server.tls(service, caller.identity);
      for (const method of METHODS[SERVICES[service]]) {
        const access = findAccess(method)!;
        const name = method.slice(method.lastIndexOf('/') + 1);
        const error = await tryMethod(client, service, name);
        const title = `${caller.name}: ${method}`;
        if (!isLocal && LOCAL_ONLY.includes(service)) {
          t.equal(error?.code, status.UNIMPLEMENTED, `${title} is not there over TCP`);
        } else if (access.allow.some((right) => caller.has.includes(right))) {
          t.not(error?.code, status.PERMISSION_DENIED, `${title} is let in`);
        } else {
          t.match(
            error,
            {
              code: status.PERMISSION_DENIED,
              details: `authorization denied for method ${method}`,
            },
            `${title} is refused`,
          );
        }
      }
    }
  }
});

t.test('every refusal says why in the log (A10)', async (t) => {
  const refusals = server.log.filter(({ msg }) => msg === 'Call refused');
  t.ok(refusals.length > 0);
  for (const { why } of refusals) t.match(why, /\S/);
  const of = (method: string, caller: string): unknown =>
    refusals.find((line) => String(line['method']).endsWith(method) && line['caller'] === caller);
  const workload = 'spiffe://example.org/workload';
  for (const method of [
    'RenewAgent',
    'BatchNewX509SVID',
    'NewJWTSVID',
    'GetAuthorizedEntries',
    'SyncAuthorizedEntries',
  ]) {
    t.match(of(method, workload), {
      reason: 'AGENT_NOT_ATTESTED',
      why: 'the agent is not attested',
    });
    t.match(of(method, 'anonymous'), { why: 'a caller that is anonymous has no such right' });
    t.match(of(method, 'local'), { why: 'a caller that is local has no such right' });
  }
});

t.test('every refused signature and change leaves an audit line', async (t) => {
  const audited = server.log.filter(
    ({ type, status: code }) => type === 'audit' && code === 'PERMISSION_DENIED',
  );
  const methods = new Set(audited.map(({ method }) => method));
  for (const [method, { audit, allow }] of Object.entries(ACCESS)) {
    // Of what is on the admin socket alone, nobody is refused who can reach it.
    const refusesSomebody = !allow.includes('any') && allow.join() !== 'local';
    if (audit && refusesSomebody) t.ok(methods.has(method), method);
  }
});

t.test('the table has every method of the services, and no other (T-18)', async (t) => {
  const methods = SERVED.flatMap((service): readonly string[] => METHODS[SERVICES[service]]);
  t.strictSame(Object.keys(ACCESS).sort(), [...methods].sort());
  t.equal(findAccess('/unknown.Service/Method'), undefined);
  t.equal(findAccess('constructor'), undefined);
});
