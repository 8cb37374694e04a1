// A service as a user writes one, with nothing of ours but the packages: it calls itself over mutual TLS and prints what
// each side saw of the other.
// Run by ../node20.system.ts
import { once } from 'node:events';
import { createServer, request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { matchId } from '@vouchsafe/pki/matcher';
import { SpiffeAgent } from '@vouchsafe/client/tls-client';
import { createTlsServer, peerId } from '@vouchsafe/client/tls-server';
import { X509Source } from '@vouchsafe/client/x509-source';

const source = await X509Source.open();
const id = source.svid.spiffeId;
const authorize = matchId(id);

const server = createTlsServer(source, {
  authorize,
  create: (options) =>
    createServer(options, (incoming, response) => {
      response.end(`hello ${String(peerId(incoming.socket as TLSSocket))}`);
    }),
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const { port } = server.address() as AddressInfo;

const agent = new SpiffeAgent(source, { authorize });
const call = request(`https://127.0.0.1:${port}/`, { agent }).end();
const [response] = (await once(call, 'response')) as [IncomingMessage];
const answer = await text(response);
process.stdout.write(`${JSON.stringify({ node: process.version, id: id.toString(), answer })}\n`);

agent.destroy();
server.close();
source.close();
