import { ChannelCredentials, credentials } from '@grpc/grpc-js';
import type { Socket } from 'node:net';
import { connect, createSecureContext } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { peerChain } from './peer-chain.ts';

type SecureConnector = ReturnType<ChannelCredentials['_createSecureConnector']>;

const HANDSHAKE_MS = 10_000;

/** What one end of a mutual TLS connection shows and what it demands, asked anew for each connection. */
export interface TlsIdentity {
  /** Certificate chain and private key, PEM; undefined to show none. */
  present(): { readonly certificate: string; readonly key: string } | undefined;
  /** Throws to refuse the chain that the other end presented, leaf first. */
  verify(chain: readonly Certificate[]): void;
}

/**
 * Channel credentials that show and check SPIFFE identities. Each new connection asks for the current ones, so rotation
 * needs no new channel; the peer is judged by our own verifier alone, against the bundle of its own trust domain,
 * before a byte of HTTP/2 is sent. OpenSSL's verdict is not asked: it knows neither trust domains nor SPIFFE IDs.
 */
export class SpiffeChannelCredentials extends ChannelCredentials {
  readonly #identity: TlsIdentity;

  constructor(identity: TlsIdentity) {
    super();
    this.#identity = identity;
  }

  override _isSecure(): boolean {
    return true;
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(): SecureConnector {
    const identity = this.#identity;
    return {
      connect: (socket) => secure(socket, identity),
      waitForReady: () => Promise.resolve(),
      getCallCredentials: () => credentials.createEmpty(),
      destroy: () => undefined,
    };
  }
}

async function secure(
  socket: Socket,
  identity: TlsIdentity,
): Promise<{ socket: TLSSocket; secure: true }> {
  const own = identity.present();
  const tls = connect({
    socket,
    secureContext: createSecureContext({
      minVersion: 'TLSv1.2',
      ...(own === undefined ? {} : { cert: own.certificate, key: own.key }),
    }),
    ALPNProtocols: ['h2'],
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  try {
    await handshake(tls);
    if (tls.alpnProtocol !== 'h2') throw new Error('the server does not speak HTTP/2');
    identity.verify(peerChain(tls));
  } catch (error) {
    tls.destroy();
    throw error;
  }
  return { socket: tls, secure: true };
}

function handshake(tls: TLSSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error('the TLS handshake took too long')),
      HANDSHAKE_MS,
    );
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      if (error === undefined) resolve();
      else reject(error);
    };
    tls.once('secureConnect', () => settle());
    // Kept for the socket's life: after the handshake HTTP/2 has its own listener, and an error without one is fatal.
    tls.on('error', settle);
    tls.once('close', () => settle(new Error('the connection closed during the TLS handshake')));
  });
}
