import type { BundleMissing } from '../datastore/datastore.ts';

export const bundleMissing = ({ trustDomain }: BundleMissing): string =>
  `unable to find federated bundle "${trustDomain.id}"`;
