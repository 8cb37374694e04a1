import { X509Source } from '@vouchsafe/client/x509-source';
import { systemClock } from '../../runtime/clock.ts';

interface Teardown {
  teardown(cleanUp: () => void): unknown;
}

/** A workload that keeps one stream open, reopened as often as needed. */
export interface WatchingWorkload {
  /** Resolves once the stream brought a valid X509-SVID with this ID. */
  holds(spiffeId: string): Promise<void>;
  /** When the X509-SVID with this ID expires; undefined without one. */
  expiry(spiffeId: string): Date | undefined;
}

export async function watchingWorkload(t: Teardown, socket: string): Promise<WatchingWorkload> {
  let offered = new Map<string, Date>();
  const source = await X509Source.open({
    socket,
    picker: (offers) => {
      const svids = offers.map(({ svid }) => svid);
      offered = new Map(svids.map((svid) => [svid.spiffeId.toString(), svid.chain[0]!.notAfter]));
      return svids[0]!;
    },
  });
  t.teardown(() => source.close());
  return {
    expiry: (spiffeId) => offered.get(spiffeId),
    holds: async (spiffeId) => {
      const isValid = (): boolean =>
        (offered.get(spiffeId)?.getTime() ?? 0) > systemClock.now().getTime();
      if (isValid()) return;
      await new Promise<void>((resolve) => {
        const unsubscribe = source.subscribe(() => {
          if (!isValid()) return;
          unsubscribe();
          resolve();
        });
      });
    },
  };
}
