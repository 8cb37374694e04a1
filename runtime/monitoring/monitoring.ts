import { formatAddress } from '../address.ts';
import type { Address } from '../address.ts';
import type { Log } from '../log.ts';
import type { Checks } from './checks.ts';
import { noMeter } from './metric.ts';
import type { Meter, MetricTable } from './metric.ts';

/** What a daemon tells of itself to probes and scrapers, if it is to. */
export interface Monitoring<T extends MetricTable> {
  readonly meter: Meter<T>;
  /** From here on it is ready when these checks are; before, it is starting. */
  started(checks: () => Checks): void;
  /** From here on it is not ready. */
  stopping(): void;
}

export interface MonitoringOptions<T extends MetricTable> {
  /** Undefined for none: then nothing is measured either. */
  readonly address: Address | undefined;
  readonly table: T;
  readonly log: Log;
}

/** Opens the port for probes before anything else, so that who asks early hears that it is starting. @throws RuntimeError */
export async function openMonitoring<T extends MetricTable>(
  { address, table, log }: MonitoringOptions<T>,
  closing: AsyncDisposableStack,
): Promise<Monitoring<T>> {
  if (address === undefined) {
    return { meter: noMeter(), started: () => undefined, stopping: () => undefined };
  }
  // Who does not ask for it does not wait for it to be loaded.
  const { MonitoringPort } = await import('./monitoring-port.ts');
  const { PrometheusMeter } = await import('./prometheus.ts');
  const meter = new PrometheusMeter(table);
  let checks = (): Checks => ({ startup: 'starting' });
  const port = new MonitoringPort({ ready: () => checks(), metrics: meter, log });
  const found = await port.listen(address);
  closing.defer(() => port.close());
  log.info('Monitoring listens', { address: formatAddress(found) });
  return {
    meter,
    started: (given) => {
      checks = given;
    },
    stopping: () => {
      checks = () => ({ shutdown: 'shutting down' });
    },
  };
}
