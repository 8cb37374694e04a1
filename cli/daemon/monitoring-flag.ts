import { addressFlag } from '../flag-values.ts';

export const MONITORING_FLAG = {
  key: 'monitoring_address',
  flags: '--monitoring <ADDRESS>',
  description: 'where probes and scrapers ask by HTTP: HOST:PORT or unix:PATH',
  parse: addressFlag,
} as const;
