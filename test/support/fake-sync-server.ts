import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import { messageCodec } from '@vouchsafe/proto/load';
import type { MessageInput } from '@vouchsafe/proto/load';
import type { CallError } from '../../agent/sync/call-error.ts';
import { versionOf } from '../../agent/sync/entry-sync.ts';
import type { SyncServer } from '../../agent/sync/synchronizer.ts';
import type { EntryAttributes } from '../../runtime/entry-attributes.ts';

const codec = messageCodec('spire.api.types.Entry');
const entryMessage = (id: string, overrides: MessageInput<'spire.api.types.Entry'> = {}) =>
  codec.decode(
    codec.encode({
      id,
      spiffe_id: { trust_domain: 'example.org', path: `/${id}` },
      selectors: [{ type: 'unix', value: 'uid:1' }],
      revision_number: '0',
      created_at: '1',
      ...overrides,
    }),
  );

/** What a server has, said the way a server says it. */
export class FakeSyncServer implements SyncServer {
  readonly entries = new Map<string, ReturnType<typeof entryMessage>>();
  readonly federated = new Map<string, TrustBundle | Error>();
  bundle: TrustBundle;
  failure: Error | undefined;
  readonly attributes = new Map<string, EntryAttributes>();
  readonly attributesAsked: string[] = [];
  attributesFailure: CallError | undefined;

  constructor(bundle: TrustBundle) {
    this.bundle = bundle;
  }
  syncs = 0;
  /** IDs of the entries sent in full. */
  readonly sent: string[] = [];

  put(id: string, overrides: MessageInput<'spire.api.types.Entry'> = {}): void {
    this.entries.set(id, entryMessage(id, overrides));
  }

  fetchEntries: SyncServer['fetchEntries'] = (isKnown) => {
    this.syncs++;
    if (this.failure !== undefined) return Promise.reject(this.failure);
    const all = [...this.entries.values()];
    const changed = all.filter((entry) => !isKnown(versionOf(entry)));
    this.sent.push(...changed.map(({ id }) => id));
    return Promise.resolve({ ids: new Set(this.entries.keys()), changed });
  };

  fetchTheseEntries: SyncServer['fetchTheseEntries'] = (ids) => {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    this.sent.push(...ids);
    const messages = ids.flatMap((id) => this.entries.get(id) ?? []);
    return Promise.resolve({ messages, attributes: this.attributes });
  };

  fetchAttributes: SyncServer['fetchAttributes'] = (ids) => {
    if (this.attributesFailure !== undefined) return Promise.reject(this.attributesFailure);
    this.attributesAsked.push(...ids);
    return Promise.resolve(this.attributes);
  };

  fetchBundle: SyncServer['fetchBundle'] = () => Promise.resolve(this.bundle);

  fetchFederatedBundle: SyncServer['fetchFederatedBundle'] = ({ name }) => {
    const bundle = this.federated.get(name);
    return bundle instanceof Error ? Promise.reject(bundle) : Promise.resolve(bundle);
  };
}
