import { Metadata, Server, ServerCredentials, credentials, status } from '@grpc/grpc-js';
import type { AttestAgentRequest__Output } from '@vouchsafe/proto/gen/spire/api/server/agent/v1/AttestAgentRequest';
import { METHODS } from '@vouchsafe/proto/gen/methods';
import { SERVICES, createClient, serviceDefinition } from '@vouchsafe/proto/services';
import type { FullMethodName, ServiceHandlers, ServiceName } from '@vouchsafe/proto/services';
import t from 'tap';

const NAMES = Object.keys(SERVICES) as ServiceName[];

t.test('names every generated service once', (t) => {
  t.same(Object.values(SERVICES).toSorted(), Object.keys(METHODS).toSorted());
  t.end();
});

t.test('defines the methods that the table of methods lists, and no others', (t) => {
  for (const name of NAMES) {
    const paths = Object.values(serviceDefinition(name)).map((method) => method.path);
    t.same(paths, METHODS[SERVICES[name]], name);
  }
  t.end();
});

t.test('makes tables complete by the type of their keys', (t) => {
  type HealthMethod = FullMethodName<'health'>;
  const table: Record<HealthMethod, string> = {
    '/grpc.health.v1.Health/Check': 'anyone',
    '/grpc.health.v1.Health/List': 'anyone',
    '/grpc.health.v1.Health/Watch': 'anyone',
  };
  // @ts-expect-error a method without a row
  const holed: Record<HealthMethod, string> = { '/grpc.health.v1.Health/Check': 'anyone' };
  // @ts-expect-error a method of another service
  const foreign: HealthMethod = '/spire.api.server.entry.v1.Entry/GetEntry';
  t.ok(table);
  t.ok(holed);
  t.ok(foreign);
  t.end();
});

const handlers: ServiceHandlers<'agent'> = {
  CountAgents: (_call, callback) => callback(null, { count: 7 }),
  ListAgents: unimplemented,
  GetAgent: (call, callback) => callback(null, { id: call.request.id, banned: true }),
  DeleteAgent: (_call, callback) => callback(null, {}),
  BanAgent: unimplemented,
  AttestAgent: (call) => {
    call.on('data', (request: AttestAgentRequest__Output) => {
      if (request.step === 'params') call.write({ challenge: Buffer.alloc(0) });
      else call.write({ result: { reattestable: true } });
    });
    call.on('end', () => call.end());
  },
  RenewAgent: unimplemented,
  CreateJoinToken: unimplemented,
  PostStatus: unimplemented,
};

function unimplemented(_call: unknown, callback: (error: { code: status }) => void): void {
  callback({ code: status.UNIMPLEMENTED });
}

t.test('serves and calls with the same types', async (t) => {
  const server = new Server();
  server.addService(serviceDefinition('agent'), handlers);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const client = createClient('agent', `127.0.0.1:${port}`, credentials.createInsecure());
  t.teardown(() => {
    client.close();
    server.forceShutdown();
  });

  t.test('unary', async (t) => {
    const id = { trust_domain: 'example.org', path: '/spire/agent/a' };
    const agent = await new Promise((resolve, reject) => {
      client.getAgent({ id }, new Metadata(), (error, response) =>
        error === null ? resolve(response) : reject(error),
      );
    });
    t.match(agent, { id, banned: true, x509svid_expires_at: '0', selectors: [] });
  });

  t.test('both ways streaming', async (t) => {
    const call = client.attestAgent();
    const steps: string[] = [];
    call.write({ params: { data: { type: 'join_token' } } });
    for await (const response of call) {
      const { step = 'none' } = response as { step?: string };
      steps.push(step);
      if (step === 'challenge') call.write({ challenge_response: Buffer.alloc(0) });
      else call.end();
    }
    t.same(steps, ['challenge', 'result']);
  });
});
