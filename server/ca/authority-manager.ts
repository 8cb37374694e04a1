import type { KeyType } from '@vouchsafe/pki/keys/key-type';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { Clock } from '../../runtime/clock.ts';
import type { KeyManager } from '../../runtime/keys/key-manager.ts';
import type { Log } from '../../runtime/log.ts';
import type { AuthorityStore, StoredAuthority } from '../datastore/datastore.ts';
import { floorToSecond } from '../credential/validity.ts';
import type { Authority, AuthorityKind, SlotName } from './authority.ts';
import { isInForce, nextStep, nextStepAt, otherSlot } from './authority-slot.ts';
import type { AuthoritySlot, AuthoritySlots } from './authority-slot.ts';

export interface AuthorityManagerDeps<A extends Authority> {
  readonly kind: AuthorityKind<A>;
  readonly trustDomain: TrustDomain;
  readonly keyType: KeyType;
  readonly ttlSeconds: number;
  readonly keys: KeyManager;
  readonly store: AuthorityStore;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * The authorities of one kind: which one signs, and its succession. A new authority is in the trust bundle, durably,
 * before it is known here; so nothing can be signed with what nobody could verify.
 */
export class AuthorityManager<A extends Authority> {
  readonly #deps: AuthorityManagerDeps<A>;
  #slots: AuthoritySlots<A> = { current: undefined, next: undefined };

  constructor(deps: AuthorityManagerDeps<A>) {
    this.#deps = deps;
  }

  /** The authority that signs now; undefined while the server is starting, or when succession failed until it expired. */
  get active(): A | undefined {
    const authority = this.#slots.current?.authority;
    return authority && isInForce(authority, this.#deps.clock.now()) ? authority : undefined;
  }

  /** The authority that signs or signed last, and its successor or predecessor. */
  get slots(): AuthoritySlots<A> {
    return this.#slots;
  }

  /** When `rotate` will next have something to do; undefined for at once. */
  get nextStepAt(): Date | undefined {
    return nextStepAt(this.#slots);
  }

  /** Takes up the stored slots whose keys are at hand. */
  async load(): Promise<void> {
    const stored = (await this.#deps.store.all()).filter(
      ({ kind }) => kind === this.#deps.kind.kind,
    );
    const slots = await Promise.all(stored.map((slot) => this.#restore(slot)));
    const usable = slots.filter((slot) => slot !== undefined);
    // One that had lost its key is still recorded as active when its key comes back from a backup.
    const current = usable
      .filter(({ status }) => status === 'active')
      .reduce<AuthoritySlot<A> | undefined>(later, undefined);
    this.#slots = { current, next: usable.find((slot) => slot !== current) };
  }

  /** Takes every step that is due; several after a long standstill. */
  async rotate(): Promise<void> {
    for (;;) {
      switch (nextStep(this.#slots, this.#deps.clock.now())) {
        case 'establish':
          await this.#establish();
          break;
        case 'prepare':
          await this.#prepare();
          break;
        case 'activate':
          await this.#activate();
          break;
        case 'none':
          return;
      }
    }
  }

  async #restore(stored: StoredAuthority): Promise<AuthoritySlot<A> | undefined> {
    const { kind, keys, log } = this.#deps;
    const signer = await keys.find(kind.keyNames[stored.slot]);
    const authority = signer && kind.restore(stored, signer);
    if (authority !== undefined) return { slot: stored.slot, status: stored.status, authority };
    // The slot's key is replaced before the slot is; a crash in between leaves the old authority without its key.
    log.warn('Authority has no key and is given up', {
      kind: kind.kind,
      authority_id: stored.authorityId,
      status: stored.status,
    });
    return undefined;
  }

  async #establish(): Promise<void> {
    const last = retired(this.#slots.current);
    const current = await this.#create(this.#freeSlot(), 'active', last);
    this.#slots = { current, next: last };
    this.#report('Authority established', current);
  }

  async #prepare(): Promise<void> {
    const next = await this.#create(this.#freeSlot(), 'prepared');
    this.#slots = { ...this.#slots, next };
    this.#report('Authority prepared', next);
  }

  async #activate(): Promise<void> {
    const { next } = this.#slots;
    if (next === undefined) throw new TypeError('nothing is prepared');
    const current = { ...next, status: 'active' } as const;
    const last = retired(this.#slots.current);
    await this.#save(last === undefined ? [current] : [current, last]);
    this.#slots = { current, next: last };
    this.#report('Authority activated', current);
  }

  #freeSlot(): SlotName {
    const { current } = this.#slots;
    return current === undefined ? 'A' : otherSlot(current.slot);
  }

  async #create(
    slot: SlotName,
    status: 'active' | 'prepared',
    last?: AuthoritySlot<A>,
  ): Promise<AuthoritySlot<A>> {
    const { kind, keys, keyType, clock, ttlSeconds, trustDomain } = this.#deps;
    const signer = await keys.generate(kind.keyNames[slot], keyType);
    const issuedAt = floorToSecond(clock.now());
    const expiresAt = new Date(issuedAt.getTime() + ttlSeconds * 1000);
    const authority = await kind.create({ trustDomain, signer, issuedAt, expiresAt });
    const created = { slot, status, authority };
    await this.#save(last === undefined ? [created] : [created, last]);
    return created;
  }

  async #save(slots: readonly AuthoritySlot<A>[]): Promise<void> {
    const { kind, store, trustDomain } = this.#deps;
    await store.save(
      slots.map((slot) => toStored(kind.kind, slot)),
      {
        trustDomain,
        change: (bundle) =>
          slots.reduce((changed, { authority }) => kind.publish(changed, authority), bundle),
      },
    );
  }

  #report(message: string, { slot, authority }: AuthoritySlot<A>): void {
    this.#deps.log.info(message, {
      kind: this.#deps.kind.kind,
      slot,
      authority_id: authority.authorityId,
      expires_at: authority.expiresAt,
    });
  }
}

const retired = <A extends Authority>(
  slot: AuthoritySlot<A> | undefined,
): AuthoritySlot<A> | undefined => slot && { ...slot, status: 'old' };

const later = <A extends Authority>(
  one: AuthoritySlot<A> | undefined,
  other: AuthoritySlot<A>,
): AuthoritySlot<A> =>
  one !== undefined && one.authority.issuedAt >= other.authority.issuedAt ? one : other;

function toStored<A extends Authority>(
  kind: StoredAuthority['kind'],
  { slot, status, authority }: AuthoritySlot<A>,
): StoredAuthority {
  const { authorityId, issuedAt, expiresAt, publicPart } = authority;
  return { kind, slot, status, authorityId, issuedAt, expiresAt, publicPart };
}
