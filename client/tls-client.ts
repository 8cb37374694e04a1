import { Agent } from 'node:https';
import type { AgentOptions } from 'node:https';
import { createSecureContext } from 'node:tls';
import type { ConnectionOptions, DetailedPeerCertificate } from 'node:tls';
import { encodePem } from '@vouchsafe/pki/keys/pem';
import { chainOfDetails, checkPeer } from './peer.ts';
import type { IdentitySource, PeerOptions } from './peer.ts';
import type { X509Identity } from './x509-source.ts';

/**
 * Options of one mutual TLS connection, for `tls.connect` and `http2.connect`: it shows the X509-SVID of now, and fails
 * before a byte is sent unless the server proves a SPIFFE ID that `authorize` accepts. DNS names and IP addresses prove
 * nothing here. Ask anew for each connection; for `https` use SpiffeAgent, which does.
 * @throws ClientError CLIENT_NO_IDENTITY, CLIENT_CLOSED
 */
export function tlsClientOptions(source: IdentitySource, options: PeerOptions) {
  return {
    secureContext: contextOf(source.identity),
    rejectUnauthorized: true,
    servername: '', // a name is not what identifies the server, and an IP address may not stand there
    // Node.js does not ask checkServerIdentity about a resumed session: none is ever resumed.
    session: undefined,
    // OpenSSL has found the chain to lead to some authority; whether to one of its own trust domain is judged here.
    checkServerIdentity: (_host, details) => {
      try {
        checkPeer(chainOfDetails(details as DetailedPeerCertificate), source, options);
        return undefined;
      } catch (error) {
        return error instanceof Error ? error : new Error('the server was refused');
      }
    },
  } satisfies ConnectionOptions;
}

const contexts = new WeakMap<X509Identity, ReturnType<typeof createSecureContext>>();

/** Building one costs a parse of every authority: once an identity is enough. */
function contextOf(identity: X509Identity): ReturnType<typeof createSecureContext> {
  const known = contexts.get(identity);
  if (known !== undefined) return known;
  const { svid, bundles } = identity;
  const context = createSecureContext({
    cert: svid.chainPem(),
    key: svid.privateKeyPem(),
    ca: Array.from(bundles, ({ x509Authorities }) => x509Authorities)
      .flat()
      .map(({ certificate }) => encodePem('CERTIFICATE', certificate.raw)),
    allowPartialTrustChain: true, // an authority need not be self-signed
    minVersion: 'TLSv1.2',
  });
  contexts.set(identity, context);
  return context;
}

type CreateConnection = Agent['createConnection'];

/** An agent of `node:https` whose every new connection is made with the tlsClientOptions of its time. */
export class SpiffeAgent extends Agent {
  readonly #source: IdentitySource;
  readonly #peer: PeerOptions;

  constructor(source: IdentitySource, options: PeerOptions & AgentOptions) {
    const { authorize, ...rest } = options;
    super({ ...rest, maxCachedSessions: 0 });
    this.#source = source;
    this.#peer = { authorize };
  }

  /** Called by Node.js for each new connection. */
  override createConnection(
    ...[options, created]: Parameters<CreateConnection>
  ): ReturnType<CreateConnection> {
    try {
      const secured = { ...options, ...tlsClientOptions(this.#source, this.#peer) };
      return super.createConnection(secured, created);
    } catch (error) {
      if (created === undefined || !(error instanceof Error)) throw error;
      created(error, undefined as never); // Node.js looks at the socket only where there is no error
      return undefined;
    }
  }
}
