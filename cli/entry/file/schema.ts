import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import { z } from 'zod';
import { parsed } from '../../../runtime/config-types.ts';
import { formatDuration } from '../../../runtime/duration.ts';
import { timeFlag, ttlFlag } from '../../flag-values.ts';
import { showTime } from '../../messages.ts';
import { selectorFlag } from '../../selector-flag.ts';
import { sorted, sortedMap } from './entry-form.ts';
import type { EntryForm } from './entry-form.ts';

/** As a flag takes it, and as it is written out again. */
const spiffeId = parsed((text) => SpiffeId.parse(text).toString());
const trustDomainName = parsed((text) => TrustDomain.parse(text).name);
const selector = parsed((text) => selectorFlag(text).toString());
const time = parsed((text) => showTime(Math.trunc(timeFlag(text).getTime() / 1000)));
const ttl = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(parsed((text) => ttlFlag(text)));

const text = z.string().default('');
const flag = z.boolean().default(false);
const labels = z.record(z.string(), z.string()).default({});

const audience = z.strictObject({
  allow: z.array(z.string()).default([]).transform(sorted),
  max_count: z.int().min(0).default(0),
  max_ttl: ttl.default(0),
});

const entry = z.strictObject({
  id: text,
  spiffe_id: spiffeId,
  parent_id: spiffeId,
  selectors: z.array(selector).min(1, 'needs at least one').transform(sorted),
  x509_svid_ttl: ttl.default(0),
  jwt_svid_ttl: ttl.default(0),
  federates_with: z.array(trustDomainName).default([]).transform(sorted),
  admin: flag,
  downstream: flag,
  expires_at: time.default(''),
  dns_names: z.array(z.string()).default([]),
  store_svid: flag,
  hint: text,
  disable_x509_svid_prefetch: flag,
  jwt_svid_include_jti: flag,
  owner: text,
  labels: labels.transform(sortedMap),
  environment: text,
  description: text,
  audience: audience.default({ allow: [], max_count: 0, max_ttl: 0 }),
}) satisfies z.ZodType<EntryForm>;

const scope = z
  .strictObject({
    path_prefix: z.string().startsWith('/', 'must begin with /').optional(),
    parent_id: spiffeId.optional(),
    owner: z.string().optional(),
    environment: z.string().optional(),
    labels,
  })
  .refine(
    (value) => Object.values(value).some((part) => typeof part === 'string') || hasKeys(value),
    'says nothing: leave it out, or say which entries are meant',
  );

function hasKeys(value: { readonly labels: object }): boolean {
  return Object.keys(value.labels).length > 0;
}

const federatedBundle = z.strictObject({
  trust_domain: trustDomainName,
  /** A path, from the directory of the file that names it. */
  file: z.string().min(1).optional(),
  /** PEM, or a SPIFFE bundle: as JSON in a text, or written out. */
  bundle: z.union([z.string().min(1), z.record(z.string(), z.unknown())]).optional(),
});

/** What `entry apply`, `diff` and `export` have in a file. */
export const entryFileSchema = z.strictObject({
  trust_domain: trustDomainName.optional(),
  scope: scope.optional(),
  federated_bundles: z.array(federatedBundle).default([]),
  entries: z.array(entry),
});

export type EntryFile = z.output<typeof entryFileSchema>;
export type Scope = z.output<typeof scope>;
export type FederatedBundleForm = z.output<typeof federatedBundle>;

type Written = Partial<Record<keyof EntryForm, unknown>>;

/** The entry as one writes it: what is empty is left out, and a life is a duration. */
export function writtenForm(form: EntryForm): Written {
  const { x509_svid_ttl, jwt_svid_ttl, audience: rules } = form;
  const written: Written = {
    ...form,
    x509_svid_ttl: x509_svid_ttl === 0 ? 0 : formatDuration(x509_svid_ttl),
    jwt_svid_ttl: jwt_svid_ttl === 0 ? 0 : formatDuration(jwt_svid_ttl),
    audience: withoutEmpty({
      ...rules,
      max_ttl: rules.max_ttl === 0 ? 0 : formatDuration(rules.max_ttl),
    }),
  };
  return withoutEmpty(written);
}

function withoutEmpty<T extends object>(value: T): Partial<T> {
  const kept = Object.entries(value).filter(([, part]) => !isEmpty(part));
  return Object.fromEntries(kept) as Partial<T>;
}

const isEmpty = (part: unknown): boolean =>
  part === '' ||
  part === 0 ||
  part === false ||
  (typeof part === 'object' && part !== null && Object.keys(part).length === 0);
