import { Metadata, credentials, status } from '@grpc/grpc-js';
import type { X509SVIDResponse__Output } from '@vouchsafe/proto/gen/X509SVIDResponse';
import { createClient } from '@vouchsafe/proto/services';
import { ClientError } from './errors.ts';
import { parseX509Update } from './x509-update.ts';
import type { X509Update } from './x509-update.ts';

const CHANNEL_OPTIONS = {
  // Waiting between attempts is the source's: a channel of its own for each forgets the failures before.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.enable_http_proxy': 0, // HTTP proxies lead off the node
  'grpc.service_config_disable_resolution': 1,
  'grpc.enable_retries': 0,
};

/**
 * The updates of one call of FetchX509SVID, until it fails, which it always does in the end.
 * @throws ServiceError of grpc-js; ClientError CLIENT_STREAM_ENDED, and all of parseX509Update
 */
export async function* streamX509(target: string, signal: AbortSignal): AsyncGenerator<X509Update> {
  const client = createClient(
    'workloadApi',
    target,
    credentials.createInsecure(), // the Workload API has no TLS (Workload Endpoint §3)
    CHANNEL_OPTIONS,
  );
  const metadata = new Metadata();
  metadata.set('workload.spiffe.io', 'true');
  const call = client.FetchX509SVID({}, metadata);
  const cancel = (): void => call.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  call.on('error', () => undefined); // the loop below reports it; after the loop nobody is left to
  try {
    for await (const message of call as AsyncIterable<X509SVIDResponse__Output>)
      yield parseX509Update(message);
  } finally {
    signal.removeEventListener('abort', cancel);
    call.cancel();
    client.close();
  }
  throw new ClientError('CLIENT_STREAM_ENDED');
}

/** What a failed attempt means for the next one. */
export type Verdict = 'retry' | 'no-identity' | 'give-up';

const VERDICTS = new Map<unknown, Verdict>([
  [status.PERMISSION_DENIED, 'no-identity'], // may come later, or again (Workload API §5.2.1)
  [status.INVALID_ARGUMENT, 'give-up'], // the same question gets the same answer (Workload Endpoint §6)
  [status.UNIMPLEMENTED, 'give-up'],
]);

/** Judges why a stream failed. */
export function judgeFailure(error: unknown): Verdict {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return VERDICTS.get(code) ?? 'retry';
}
