// What becomes of an agent when its server, its files or itself fail: its standing, over restarts and crashes.
import t from 'tap';
import type { Test } from 'tap';
import { status } from '@grpc/grpc-js';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCertificates } from '@vouchsafe/pki/x509/certificate';
import { startAgent } from '../../agent/agent.ts';
import { systemClock } from '../../runtime/clock.ts';
import { captureLog } from '../support/capture-log.ts';
import { startNode } from '../support/child.ts';
import { temporaryDirectory } from '../support/socket-path.ts';
import { TOKEN, agentConfig, startAdmittingServer, startTestAgent } from '../support/test-agent.ts';
import type { TestAgentOptions } from '../support/test-agent.ts';

t.jobs = 4;

/** How starting an agent fails, after it has cleaned up behind itself. */
async function failing(t: Test, options: TestAgentOptions): Promise<unknown> {
  const config = await agentConfig(t, options);
  const { log } = captureLog();
  const error = await startAgent(config, { log, clock: systemClock }).then(
    () => new Error('it started'),
    (reason: unknown) => reason,
  );
  t.notOk(existsSync(config.socket_path), 'no socket is left behind');
  return error;
}

t.test('F-02: renews itself, and uses what it got', async (t) => {
  const server = await startAdmittingServer(t);
  server.ttl.agent = 4;
  server.put({ id: 'a' });
  const renewed = server.called('RenewAgent');
  const settings = { ...TOKEN, sync_interval: 1 };
  const { agent } = await startTestAgent(t, { server, settings });
  server.ttl.agent = 3600;
  const [record] = server.agents.values();
  const [serial] = record!.serials;
  await renewed;
  while (record!.serials.has(serial!)) await server.called('SyncAuthorizedEntries');
  t.equal(record!.serials.size, 1, 'the old one counts no more, since the new one was used');
  await agent.close();
  await agent.ended;
});

t.test('T-11: a banned agent stops, and says so', async (t) => {
  const server = await startAdmittingServer(t);
  const settings = { ...TOKEN, sync_interval: 1 };
  const { agent, directory } = await startTestAgent(t, { server, settings });
  server.ban();
  await t.rejects(agent.ended, { code: 'AGENT_BANNED', remedy: /vouchsafe token generate/ });
  await agent.close();
  t.match(await failing(t, { server, directory }), { code: 'AGENT_BANNED' });
});

t.test('F-11: an evicted agent stops, and joins with a new token', async (t) => {
  const server = await startAdmittingServer(t);
  const settings = { ...TOKEN, sync_interval: 1 };
  const { agent, directory } = await startTestAgent(t, { server, settings });
  server.agents.clear();
  const expected = { code: 'AGENT_MUST_REATTEST', remedy: /vouchsafe token generate/ };
  await t.rejects(agent.ended, expected);
  await agent.close();
  t.match(await failing(t, { server, directory }), expected, 'and again without one');
  server.tokens.set('another', undefined);
  const next = await startTestAgent(t, { server, directory, settings: { join_token: 'another' } });
  t.equal(server.agents.size, 1);
  await next.agent.close();
});

t.test('F-11: or at once, when its token file holds a new one', async (t) => {
  const server = await startAdmittingServer(t);
  server.put({ id: 'a' });
  const file = join(temporaryDirectory(t), 'token');
  writeFileSync(file, 'the-token\n');
  const settings = { join_token_file: file, sync_interval: 1 };
  const { client, agent } = await startTestAgent(t, { server, settings });
  const stream = client().stream('FetchX509SVID');
  await stream.next();
  server.tokens.set('another', undefined);
  writeFileSync(file, 'another\n');
  const attested = server.called('AttestAgent');
  server.agents.clear();
  await attested;
  server.put({ id: 'b', spiffe_id: { trust_domain: 'example.org', path: '/b' } });
  t.equal((await stream.next()).svids.length, 2, 'workloads notice nothing');
  await agent.close();
});

t.test('F-11: with an expired SVID it needs a token', async (t) => {
  const server = await startAdmittingServer(t);
  server.ttl.agent = 3; // whole seconds: at least two, in which it starts
  const settings = { ...TOKEN, sync_interval: 1 };
  const first = await startTestAgent(t, { server, settings });
  await first.agent.close();
  const { directory } = first;
  const state = JSON.parse(readFileSync(join(directory, 'agent', 'agent-state.json'), 'utf8')) as {
    svid: { chain: string[] };
  };
  const [leaf] = parseCertificates(Buffer.from(state.svid.chain[0]!, 'base64'));
  while (leaf!.notAfter > new Date()) await new Promise(setImmediate);
  const missing = { code: 'AGENT_JOIN_TOKEN_MISSING', remedy: /vouchsafe token generate/ };
  t.match(await failing(t, { server, directory }), missing);
  const spent = { code: 'AGENT_ATTESTATION_DENIED', message: /already been used/ };
  t.match(await failing(t, { server, directory, settings: TOKEN }), spent);
  server.tokens.set('another', undefined);
  server.ttl.agent = 3600;
  await startTestAgent(t, { server, directory, settings: { join_token: 'another' } });
});

t.test('T-13: refuses a server of another bundle, and keeps its token', async (t) => {
  const server = await startAdmittingServer(t);
  const impostor = await startAdmittingServer(t);
  const settings = { ...TOKEN };
  const error = await failing(t, {
    server: { address: impostor.address, ca: server.ca },
    settings,
  });
  t.match(error, { code: 'AGENT_SERVER_UNTRUSTED', message: /127\.0\.0\.1/ });
  t.strictSame(impostor.calls, []);
});

t.test(
  'T-13: a running agent does not follow an impostor either, nor does it give up',
  async (t) => {
    const server = await startAdmittingServer(t);
    server.put({ id: 'a' });
    const directory = temporaryDirectory(t);
    const settings = { ...TOKEN, sync_interval: 1 };
    const first = await startTestAgent(t, { server, directory, settings });
    await first.agent.close();
    const impostor = await startAdmittingServer(t);
    const moved = { address: impostor.address, ca: server.ca };
    const { agent, captured, client } = await startTestAgent(t, { server: moved, directory });
    t.match(captured.records.at(-1), { level: 'warn', error: { code: 'AGENT_SERVER_UNTRUSTED' } });
    t.strictSame(impostor.calls, []);
    t.match(await client().status('FetchX509SVID'), { code: status.UNAVAILABLE });
    await agent.close();
    await agent.ended;
  },
);

t.test(
  'T-13: F-13: without proof it trusts the first server, loudly, and only that one',
  async (t) => {
    const server = await startAdmittingServer(t);
    server.put({ id: 'a' });
    const directory = temporaryDirectory(t);
    const settings = { ...TOKEN, insecure_bootstrap: true };
    const { agent, captured } = await startTestAgent(t, { server, directory, settings });
    t.match(captured.records[0], { level: 'warn', msg: /insecure_bootstrap/ });
    await agent.close();
    const impostor = await startAdmittingServer(t);
    const restart = await startTestAgent(t, { server: impostor, directory, settings });
    t.match(restart.captured.records.at(-1), { error: { code: 'AGENT_SERVER_UNTRUSTED' } });
    t.notMatch(restart.captured.records[0], { msg: /insecure_bootstrap/ });
    t.strictSame(impostor.calls, []);
  },
);

t.test('needs something to know its server by', async (t) => {
  const server = await startAdmittingServer(t);
  const nothing = { ...TOKEN, trust_bundle_path: undefined };
  t.match(await failing(t, { server, settings: nothing }), {
    code: 'AGENT_BOOTSTRAP_MISSING',
    remedy: /trust_bundle_path/,
  });
  const nowhere = { ...TOKEN, trust_bundle_path: '/nowhere/bundle.pem' };
  const error = await failing(t, { server, settings: nowhere });
  t.match(error, { code: 'AGENT_BUNDLE_UNREADABLE', message: /\/nowhere\/bundle\.pem/ });
});

t.test('F-23: a corrupt state stops it, and is left alone', async (t) => {
  const server = await startAdmittingServer(t);
  const { agent, directory, config } = await startTestAgent(t, { server, settings: TOKEN });
  await agent.close();
  const path = join(config.data_dir, 'agent-state.json');
  writeFileSync(path, readFileSync(path).subarray(0, 100));
  const error = await failing(t, { server, directory, settings: TOKEN });
  t.match(error, { code: 'AGENT_STATE_CORRUPT', message: path });
  t.equal(readFileSync(path).length, 100);
});

t.test(
  'T-05: T-08: refuses directories that others can write to, and a socket in use',
  async (t) => {
    const server = await startAdmittingServer(t);
    const running = await startTestAgent(t, { server, settings: TOKEN });
    const second = startTestAgent(t, {
      server,
      settings: { ...TOKEN, socket_path: running.config.socket_path },
    });
    await t.rejects(second, { code: 'SOCKET_IN_USE' });
    chmodSync(running.config.data_dir, 0o777);
    await running.agent.close();
    const again = startTestAgent(t, { server, directory: running.directory });
    await t.rejects(again, { code: 'DIRECTORY_UNSAFE' });
  },
);

t.test('two agents do not share a data directory, and a dead one is no obstacle', async (t) => {
  const server = await startAdmittingServer(t);
  const { agent, directory } = await startTestAgent(t, { server, settings: TOKEN });
  const beside = () =>
    startTestAgent(t, { server, directory, settings: { socket_path: join(directory, 'p2', 's') } });
  await t.rejects(beside(), {
    code: 'DIRECTORY_IN_USE',
    message: new RegExp(`stop process ${process.pid},`),
  });
  await agent.close();
  await t.resolves(beside());
});

/** Runs an agent until it is killed; its answer to AttestAgent never comes. */
const AGENT = `(async () => {
  const [config, url] = process.argv.slice(1);
  const { startAgent } = await import(url + '/agent/agent.ts');
  const { AGENT_CONFIG } = await import(url + '/agent/config.ts');
  const { readConfig } = await import(url + '/runtime/config-reader.ts');
  const { systemClock } = await import(url + '/runtime/clock.ts');
  const { createLog } = await import(url + '/runtime/log.ts');
  await startAgent(await readConfig(AGENT_CONFIG, { flags: JSON.parse(config) }), {
    log: createLog('error'), clock: systemClock,
  });
  console.log('started');
})()`;

for (const moment of ['before', 'after'] as const) {
  t.test(
    `F-03: killed ${moment} the server has signed, it joins with the same token after all`,
    async (t) => {
      const server = await startAdmittingServer(t);
      server.put({ id: 'a' });
      server[moment].set('AttestAgent', () => new Promise(() => undefined));
      const directory = temporaryDirectory(t);
      await agentConfig(t, { server, directory, settings: TOKEN });
      const { address } = server;
      if (address.kind !== 'tcp') throw new TypeError('unexpected');
      const flags = {
        trust_domain: 'example.org',
        data_dir: join(directory, 'agent'),
        socket_path: join(directory, 'public', 'api.sock'),
        server_address: `127.0.0.1:${address.port}`,
        trust_bundle_path: join(directory, 'bundle.pem'),
        ...TOKEN,
      };
      const called = server.called('AttestAgent');
      const child = startNode(AGENT, { args: [JSON.stringify(flags), process.cwd()] });
      await called;
      while (moment === 'after' && server.agents.size === 0) await new Promise(setImmediate);
      await child.kill();
      server[moment].clear();
      const { client } = await startTestAgent(t, { server, directory, settings: TOKEN });
      t.equal((await client().stream('FetchX509SVID').next()).svids.length, 1);
      t.equal(server.count('AttestAgent'), 2);
    },
  );
}
