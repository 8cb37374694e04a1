import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';

/** Who is at the other end of a connection, as far as the connection itself proves it. */
export type Caller =
  /** A process on this host that could open the admin socket. */
  | {
      readonly kind: 'local';
      readonly uid: number;
      /** The group first that it runs as, then all others that it is in. */
      readonly gids: readonly number[];
      readonly pid: number;
    }
  /** A TLS client that showed no certificate. */
  | { readonly kind: 'anonymous'; readonly address: string }
  /** A TLS client that proved an X509-SVID of this trust domain. */
  | {
      readonly kind: 'x509';
      readonly id: SpiffeId;
      readonly certificate: Certificate;
      readonly address: string;
    };

/** How the logs call it. */
export function callerFields(caller: Caller): Readonly<Record<string, unknown>> {
  switch (caller.kind) {
    case 'local':
      return { caller: 'local', caller_uid: caller.uid, caller_pid: caller.pid };
    case 'anonymous':
      return { caller: 'anonymous', caller_address: caller.address };
    case 'x509':
      return { caller: caller.id, caller_address: caller.address };
  }
}
