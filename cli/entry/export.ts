import { encodeSpiffeBundleJson } from '@vouchsafe/pki/bundle/spiffe-bundle-json';
import { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { JsonValue } from '@vouchsafe/proto/struct';
import { parseBundle } from '../../agent/sync/messages.ts';
import { adminTarget, withConnection } from '../connect.ts';
import { print } from '../output.ts';
import type { Invocation } from '../verb.ts';
import { entryQuery } from './filter.ts';
import type { EntryFilterFlags } from './filter.ts';
import { fetchFederatedBundles } from '../bundle/fetch.ts';
import { isOfToken } from './file/compare.ts';
import { formOf } from './file/entry-form.ts';
import type { EntryForm } from './file/entry-form.ts';
import { writtenForm } from './file/schema.ts';
import { fetchRegistered } from './registered.ts';

type ExportFormat = 'yaml' | 'json';

interface ExportFlags extends EntryFilterFlags {
  readonly socket?: string;
  readonly output?: ExportFormat;
}

/** Prints the entries of a server as a file for `entry apply`, with the bundles that they need. */
export async function exportEntries(flags: ExportFlags, { terminal }: Invocation): Promise<void> {
  const { entries, bundles } = await withConnection(
    await adminTarget(flags.socket, terminal),
    async (connection) => {
      const registered = await fetchRegistered(connection, entryQuery(flags));
      const entries = registered
        .map(({ entry, attributes }) => formOf(entry, attributes))
        .filter((form) => !isOfToken(form))
        .sort(byName);
      const needed = new Set(entries.flatMap(({ federates_with }) => federates_with));
      const bundles = needed.size === 0 ? [] : await fetchFederatedBundles(connection);
      return { entries, bundles: bundles.filter(({ trust_domain: name }) => needed.has(name)) };
    },
  );
  const [first] = entries;
  const file = {
    ...(first === undefined ? {} : { trust_domain: first.spiffe_id.split('/')[2]! }),
    ...(bundles.length === 0 ? {} : { federated_bundles: bundles.map(bundleForm) }),
    entries: entries.map((form) => writtenForm(form)),
  };
  const json = file as JsonValue;
  await print(terminal.stdout, { json, table: { columns: [], rows: [] } }, flags.output ?? 'yaml');
}

/** So that two exports differ where the entries do. */
const byName = (a: EntryForm, b: EntryForm): number =>
  compare(a.spiffe_id, b.spiffe_id) || compare(a.parent_id, b.parent_id) || compare(a.id, b.id);

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

function bundleForm(message: Parameters<typeof parseBundle>[0]) {
  const bundle = parseBundle(message, TrustDomain.parse(message.trust_domain), undefined);
  const text = Buffer.from(encodeSpiffeBundleJson(bundle)).toString();
  return { trust_domain: message.trust_domain, bundle: JSON.parse(text) as JsonValue };
}
