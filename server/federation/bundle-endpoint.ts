import { request } from 'node:https';
import type { IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { TLSSocket } from 'node:tls';
import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { verifyX509Svid } from '@vouchsafe/pki/x509/verify';
import type { Clock } from '../../runtime/clock.ts';
import { peerChain } from '../../runtime/tls/peer-chain.ts';
import { checkEndpointUrl } from './endpoint-url.ts';
import type { EndpointProfile } from './relationship.ts';

/** For everything together: a foreign endpoint may answer as slowly as it likes. */
const FETCH_MS = 30_000;
/** As much as a bundle document may be. */
const MAX_BYTES = 4 << 20;
const MAX_REDIRECTS = 5;

export interface BundleEndpointDeps {
  readonly clock: Clock;
  /** The X.509 authorities of a trust domain as they are known now; undefined without a bundle. */
  readonly authorities: (trustDomain: TrustDomain) => readonly Certificate[] | undefined;
  /** PEM of the Web PKI; those of Node.js when undefined. */
  readonly webRoots?: string | undefined;
}

export interface BundleEndpoint {
  readonly url: string;
  readonly profile: EndpointProfile;
}

type Connect = Pick<RequestOptions, 'ca' | 'rejectUnauthorized' | 'checkServerIdentity'> & {
  /** Throws to refuse the endpoint, before anything that it says is read. */
  readonly check: (socket: TLSSocket) => void;
};

/**
 * Fetches the document of a bundle endpoint (SPIFFE Federation §5.2), within bounds of time and size. Redirects are
 * followed to where an endpoint may be, and each server on the way proves itself anew.
 * @throws Error, with what is wrong with the endpoint
 */
export async function fetchBundleDocument(
  { url, profile }: BundleEndpoint,
  deps: BundleEndpointDeps,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const over = new AbortController();
  const stop = (): void => over.abort(signal.reason);
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const settled = new AbortController();
  void deps.clock.delay(FETCH_MS, settled.signal).then(() => {
    over.abort(new Error(`it took longer than ${FETCH_MS / 1000} seconds`));
  });
  try {
    return await follow(url, connecting(profile, deps), over.signal);
  } catch (error) {
    throw over.signal.aborted ? over.signal.reason : error;
  } finally {
    settled.abort();
    signal.removeEventListener('abort', stop);
  }
}

async function follow(start: string, connect: Connect, signal: AbortSignal): Promise<Uint8Array> {
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    checkEndpointUrl(url);
    const answer = await get(url, connect, signal);
    const { statusCode = 0, headers } = answer;
    if (statusCode === 200) return read(answer);
    answer.destroy();
    if (statusCode < 300 || statusCode > 399 || headers.location === undefined) {
      throw new Error(`it answers with status ${statusCode}`);
    }
    url = resolveLocation(headers.location, url);
  }
  throw new Error(`it redirects more than ${MAX_REDIRECTS} times`);
}

function resolveLocation(location: string, base: string): string {
  if (!URL.canParse(location, base)) throw new Error('it redirects to something that is no URL');
  return new URL(location, base).href;
}

function get(url: string, connect: Connect, signal: AbortSignal): Promise<IncomingMessage> {
  const { check, ...tls } = connect;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      // A connection of its own, so that each request has its server prove itself.
      {
        ...tls,
        agent: false,
        minVersion: 'TLSv1.2',
        signal,
        headers: { accept: 'application/json' },
      },
      resolve,
    );
    sent.on('socket', (socket) => {
      socket.once('secureConnect', () => {
        try {
          if (socket instanceof TLSSocket) check(socket);
          else throw new Error('it is not secure');
        } catch (error) {
          sent.destroy(error as Error);
        }
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function read(answer: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop destroys the answer.
  for await (const chunk of answer as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error(`its document is longer than ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function connecting(profile: EndpointProfile, deps: BundleEndpointDeps): Connect {
  if (profile.kind === 'https_web') {
    return {
      rejectUnauthorized: true,
      check: () => undefined,
      ...(deps.webRoots !== undefined && { ca: deps.webRoots }),
    };
  }
  const { endpointId } = profile;
  if (deps.authorities(endpointId.trustDomain) === undefined) {
    throw new Error(`local copy of the bundle of "${endpointId.trustDomain.name}" not found`);
  }
  // OpenSSL knows no SPIFFE IDs: our own verifier judges.
  return {
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    check: (socket) => checkIdentity(peerChain(socket), endpointId, deps),
  };
}

function checkIdentity(
  chain: readonly Certificate[],
  expected: SpiffeId,
  { authorities, clock }: BundleEndpointDeps,
): void {
  const shown = verifyX509Svid({ chain, authorities, now: clock.now() });
  if (!shown.equals(expected))
    throw new Error(`it is ${shown.toString()}, and not ${expected.toString()}`);
}
