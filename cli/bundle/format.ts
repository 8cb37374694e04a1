/** What `bundle show` can print, the first unless told otherwise. */
export const BUNDLE_FORMATS = ['pem', 'spiffe'] as const;

export type BundleFormat = (typeof BUNDLE_FORMATS)[number];
