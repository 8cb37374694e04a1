import type { SpiffeId } from '@vouchsafe/pki/spiffe-id';
import type { TrustBundle } from '@vouchsafe/pki/bundle/trust-bundle';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import type { AgentRecord, AgentSvidSerial, AttestedAgent } from '../attestation/agent-record.ts';
import type {
  FederationRelationship,
  NewRelationship,
  RelationshipUpdate,
} from '../federation/relationship.ts';
import type { EntrySpec, RegistrationEntry } from '../registration/entry.ts';

/** The server's durable state, as operations of its domain. What a method reports as done survives a power cut. */
export interface Datastore {
  readonly entries: EntryStore;
  readonly agents: AgentStore;
  readonly joinTokens: JoinTokenStore;
  readonly bundles: BundleStore;
  readonly relationships: RelationshipStore;
  readonly authorities: AuthorityStore;
  readonly changes: ChangeLog;
  /**
   * Tells of each change once it is durable, in the order of their revisions: those of this process before the method
   * that made it returns, so that views in memory never lag behind what a caller was told; those of other servers from
   * `follow` on. Listeners must not throw. Returns how to stop.
   */
  subscribe(listener: (notice: Notice, revision: number) => void): () => void;
  /** Tells of what other servers have changed since this was opened, and from then on. */
  follow(): Promise<void>;
  /**
   * Resolves once listeners were told of everything that anybody had committed when this was called.
   * @throws DatastoreError when the database does not answer
   */
  refresh(): Promise<void>;
  /** Since when the views in memory may be behind the database because it does not answer; undefined while it does. */
  readonly unreachableSince: Date | undefined;
  close(): Promise<void>;
}

/** What changed, in the order of commits and without gaps. A change has a revision number of its own. */
export interface ChangeLog {
  /** Of the newest change that listeners were told of. */
  readonly revision: number;
  /** At most `limit` changes after `revision`, oldest first; undefined when the log does not reach back so far. */
  since(revision: number, limit: number): Promise<readonly LoggedChange[] | undefined>;
}

export interface LoggedChange {
  readonly revision: number;
  readonly kind: Change['kind'];
  /** An entry's ID, an agent's SPIFFE ID, a bundle's trust domain. */
  readonly id: string;
}

/** Single changes are no longer known: this is everything there is now. */
export interface Reset {
  readonly kind: 'reset';
  readonly entries: readonly RegistrationEntry[];
  readonly agents: readonly AgentRecord[];
  readonly bundles: readonly TrustBundle[];
}

export type Notice = Change | Reset;

/** What became of one thing; undefined for gone. */
export type Change =
  | { readonly kind: 'entry'; readonly id: string; readonly entry: RegistrationEntry | undefined }
  | { readonly kind: 'agent'; readonly id: SpiffeId; readonly agent: AgentRecord | undefined }
  | {
      readonly kind: 'bundle';
      readonly trustDomain: TrustDomain;
      readonly bundle: TrustBundle | undefined;
    };

export interface NewEntry extends EntrySpec {
  /** Chosen by the store when undefined. */
  readonly id: string | undefined;
}

export type CreateEntryOutcome =
  | { readonly kind: 'created'; readonly entry: RegistrationEntry }
  /** One with this parent, SPIFFE ID and set of selectors exists. */
  | { readonly kind: 'similar'; readonly entry: RegistrationEntry }
  | { readonly kind: 'id_taken' }
  | BundleMissing;

/** The entry federates with a trust domain whose bundle is not stored. */
export interface BundleMissing {
  readonly kind: 'bundle_missing';
  readonly trustDomain: TrustDomain;
}

export interface EntryUpdate {
  readonly id: string;
  /** The fields to replace. */
  readonly changes: Partial<EntrySpec>;
}

/** What would be wrong with an entry; undefined for nothing. */
export type EntryCheck = (entry: EntrySpec) => string | undefined;

/** Why a caller may not touch an entry as it is, or make it what it would become; undefined when it may. */
export type EntryGuard = (entry: EntrySpec) => string | undefined;

/** The guard has refused. */
export interface EntryDenied {
  readonly kind: 'denied';
  readonly problem: string;
}

export type UpdateEntryOutcome =
  | { readonly kind: 'updated'; readonly entry: RegistrationEntry }
  | { readonly kind: 'not_found' }
  /** What it would become does not pass the check. */
  | { readonly kind: 'invalid'; readonly problem: string }
  /** Another one has the parent, SPIFFE ID and set of selectors that it would have. */
  | { readonly kind: 'similar'; readonly entry: RegistrationEntry }
  | BundleMissing
  | EntryDenied;

/** Somebody has changed the entry since the caller looked at it. */
export interface EntryChanged {
  readonly kind: 'changed';
  readonly entry: RegistrationEntry;
}

export type DeleteEntryOutcome =
  { readonly kind: 'deleted' } | { readonly kind: 'not_found' } | EntryChanged | EntryDenied;

/** Changes that are made in this order and together. */
export interface EntryPlan {
  readonly bundles: readonly TrustBundle[];
  readonly deletions: readonly { readonly id: string; readonly revisionNumber?: number }[];
  readonly updates: readonly (EntryUpdate & { readonly revisionNumber?: number })[];
  readonly creations: readonly NewEntry[];
}

export interface PlanOutcome {
  /** Whether all of it is done; otherwise nothing is. */
  readonly applied: boolean;
  readonly deleted: readonly DeleteEntryOutcome[];
  readonly updated: readonly (UpdateEntryOutcome | EntryChanged)[];
  readonly created: readonly CreateEntryOutcome[];
}

export interface EntryStore {
  /** One transaction; one outcome for each entry, in order. */
  create(entries: readonly NewEntry[], now: Date): Promise<CreateEntryOutcome[]>;
  /**
   * One transaction; one outcome for each update, in order. What is refused leaves the entry as it was; every other
   * update raises its revision number by one, whatever it changes.
   */
  update(
    updates: readonly EntryUpdate[],
    check: EntryCheck,
    guard?: EntryGuard,
  ): Promise<UpdateEntryOutcome[]>;
  /** One transaction; whether each existed, or that the guard has refused. */
  delete(ids: readonly string[], guard?: EntryGuard): Promise<(boolean | EntryDenied)[]>;
  /**
   * All of a plan or, when anything of it is refused or it is a rehearsal, nothing; the outcomes are those it has, or
   * would have had. An entry that is not at the revision number it is said to have is refused.
   */
  apply(
    plan: EntryPlan,
    options: {
      readonly now: Date;
      readonly check: EntryCheck;
      readonly guard?: EntryGuard | undefined;
      readonly rehearsal: boolean;
    },
  ): Promise<PlanOutcome>;
  /** Deletes some of those that have expired; which. None are left when there were none. */
  prune(now: Date): Promise<RegistrationEntry[]>;
  /** In order of creation. */
  all(): Promise<RegistrationEntry[]>;
  /** The same, some thousands at a time, so that nobody has to hold them all. */
  pages(): AsyncIterable<readonly RegistrationEntry[]>;
}

export interface AgentStore {
  all(): Promise<AgentRecord[]>;
  find(id: SpiffeId): Promise<AgentRecord | undefined>;
  /** Records an X509-SVID issued by a renewal beside the current one; false when there is no such agent or it is banned. */
  setRenewed(id: SpiffeId, renewed: AgentSvidSerial): Promise<boolean>;
  /** The renewed X509-SVID was used: it becomes the current one, the old one is no longer good. */
  promote(id: SpiffeId, serialNumber: string): Promise<boolean>;
  ban(id: SpiffeId): Promise<boolean>;
  /** Forgets the agent and the alias entry its join token gave it. */
  delete(id: SpiffeId): Promise<boolean>;
  setVersion(id: SpiffeId, agentVersion: string): Promise<boolean>;
  /** Deletes some of these as `delete` does; which. None are left when there were none. */
  prune(expired: ExpiredAgents): Promise<SpiffeId[]>;
}

/** Agents that nobody banned and whose every X509-SVID expired before then. */
export interface ExpiredAgents {
  readonly before: Date;
  /** Also those that cannot attest again by themselves. */
  readonly withTofu: boolean;
}

export interface NewJoinToken {
  /** SHA-256 of the token, hex: the token itself is not kept. */
  readonly hash: string;
  readonly expiresAt: Date;
  /** A workload ID that the agent will have as an alias. */
  readonly aliasId: SpiffeId | undefined;
}

export interface JoinTokenAttestation {
  readonly hash: string;
  /** SHA-256 of the SubjectPublicKeyInfo that is being certified, hex. */
  readonly publicKeyHash: string;
  readonly agent: AttestedAgent & { readonly current: AgentSvidSerial };
}

export type JoinTokenState = 'usable' | 'unknown' | 'expired' | 'banned';

export interface JoinTokenStore {
  /** False when a token of this hash exists. */
  create(token: NewJoinToken): Promise<boolean>;
  /**
   * Whether `attest` would succeed now. A token is good once; the same key may present it again until it expires, so
   * that an agent whose answer was lost can ask for it again.
   */
  check(hash: string, publicKeyHash: string, now: Date): Promise<JoinTokenState>;
  /**
   * In one transaction: consumes the token for this key, records the agent, and creates the alias entry the token
   * promised. Of any number of attempts with different keys exactly one finds the token usable.
   */
  attest(attestation: JoinTokenAttestation, now: Date): Promise<JoinTokenState>;
  /** Forgets tokens that expired before `now`; how many. */
  prune(now: Date): Promise<number>;
}

export type BundleChange = (bundle: TrustBundle) => TrustBundle;

/** A bundle as somebody else gave it, its sequence number with it. */
export interface BundleWrite {
  readonly trustDomain: TrustDomain;
  /** What it becomes, from what is stored; undefined leaves that as it is. */
  readonly change: (stored: TrustBundle | undefined) => TrustBundle | undefined;
}

/** What becomes of the entries that federate with a trust domain whose bundle is removed. */
export type FederatedEntries = 'keep_bundle' | 'delete' | 'dissociate';

export type RemoveBundleOutcome =
  | { readonly kind: 'removed' }
  | { readonly kind: 'not_found' }
  /** So many entries federate with it, and the bundle was to be kept then. */
  | { readonly kind: 'in_use'; readonly entries: number };

export interface BundleStore {
  /** By name. */
  all(): Promise<TrustBundle[]>;
  find(trustDomain: TrustDomain): Promise<TrustBundle | undefined>;
  /** One transaction; what each change made, in order. */
  write(writes: readonly BundleWrite[]): Promise<(TrustBundle | undefined)[]>;
  /** One transaction, with the entries; one outcome for each trust domain, in order. */
  remove(
    trustDomains: readonly TrustDomain[],
    entries: FederatedEntries,
  ): Promise<RemoveBundleOutcome[]>;
  /**
   * Changes a bundle in one transaction, starting from an empty one when there is none. A change of contents raises the
   * sequence number by one; no change leaves it.
   */
  update(trustDomain: TrustDomain, change: BundleChange): Promise<TrustBundle>;
}

export interface RelationshipStore {
  /** By name. */
  all(): Promise<FederationRelationship[]>;
  find(trustDomain: TrustDomain): Promise<FederationRelationship | undefined>;
  /** One transaction, with the bundles; false for each trust domain that has a relationship. */
  create(relationships: readonly NewRelationship[]): Promise<boolean[]>;
  /** One transaction, with the bundles; what became of each, undefined for one that is not there. */
  update(updates: readonly RelationshipUpdate[]): Promise<(FederationRelationship | undefined)[]>;
  /** One transaction; whether each existed. Bundles stay. */
  delete(trustDomains: readonly TrustDomain[]): Promise<boolean[]>;
}

export type AuthorityStatus = 'prepared' | 'active' | 'old';

/** One slot of the journal of a server's own authorities. */
export interface StoredAuthority {
  readonly kind: 'x509' | 'jwt';
  readonly slot: 'A' | 'B';
  readonly status: AuthorityStatus;
  readonly authorityId: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
  /** The certificate (X.509) or the SubjectPublicKeyInfo (JWT), DER. The private key is the key manager's. */
  readonly publicPart: Uint8Array;
}

/** Each server has authorities of its own. */
export interface AuthorityStore {
  all(): Promise<StoredAuthority[]>;
  /** Those of every server that uses the database or has used it. */
  ofAllServers(): Promise<StoredAuthority[]>;
  /** Writes these slots and changes the bundle with them, in one transaction: no authority signs that is not published. */
  save(
    slots: readonly StoredAuthority[],
    publish: { readonly trustDomain: TrustDomain; readonly change: BundleChange },
  ): Promise<TrustBundle>;
}
