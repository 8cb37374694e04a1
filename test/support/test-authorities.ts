import { join } from 'node:path';
import { DiskKeyManager } from '../../runtime/keys/disk.ts';
import type { KeyManager } from '../../runtime/keys/key-manager.ts';
import { AuthorityManager } from '../../server/ca/authority-manager.ts';
import type { Authority, AuthorityKind } from '../../server/ca/authority.ts';
import { CertificateAuthority } from '../../server/ca/certificate-authority.ts';
import { jwtAuthorities } from '../../server/ca/jwt-authority.ts';
import type { JwtAuthority } from '../../server/ca/jwt-authority.ts';
import { SigningLimit } from '../../server/ca/signing-limit.ts';
import { x509Authorities } from '../../server/ca/x509-authority.ts';
import type { X509Authority } from '../../server/ca/x509-authority.ts';
import type { AuthorityStore, Datastore } from '../../server/datastore/datastore.ts';
import { openSqlite } from '../../server/datastore/sqlite/sqlite.ts';
import { captureLog } from './capture-log.ts';
import { FakeClock } from './fake-clock.ts';
import { TRUST_DOMAIN } from './server-entries.ts';
import { temporaryDirectory } from './socket-path.ts';

export const CA_TTL_SECONDS = 24 * 3600;

interface Teardown {
  teardown(cleanUp: () => Promise<void> | void): unknown;
}

/** How a step of the succession ends: as if the process had died before it, or after it but before anybody knew. */
export type Fault = 'before' | 'after';

/** The operations of the succession that leave something on disk. */
export type Step = 'generate' | 'save';

/** What is on a server's disk, under a clock that the test moves. */
export interface TestDisk {
  readonly directory: string;
  readonly clock: FakeClock;
}

export const newDisk = (t: Teardown): TestDisk => ({
  directory: temporaryDirectory(t),
  clock: new FakeClock(),
});

/** The authorities of a server as they are after a start: real keys and a real database. */
export interface TestAuthorities extends TestDisk {
  readonly keys: DiskKeyManager;
  readonly datastore: Datastore;
  readonly x509: AuthorityManager<X509Authority>;
  readonly jwt: AuthorityManager<JwtAuthority>;
  readonly ca: CertificateAuthority;
  readonly captured: ReturnType<typeof captureLog>;
  /** Lets the next operation of this kind fail, once. */
  fail(step: Step, fault: Fault): void;
  /** Ends what a killed process would take with it. */
  close(): Promise<void>;
}

/** Opens what is on the disk as a server does when it starts; nothing has rotated yet. */
export async function openAuthorities(t: Teardown, disk: TestDisk): Promise<TestAuthorities> {
  const { directory, clock } = disk;
  const keys = await DiskKeyManager.open(join(directory, 'keys.json'));
  const datastore = await openSqlite(join(directory, 'db'));
  t.teardown(() => datastore.close());
  const captured = captureLog();
  const faults = new Map<Step, Fault>();
  const common = {
    trustDomain: TRUST_DOMAIN,
    keyType: 'ec-p256',
    ttlSeconds: CA_TTL_SECONDS,
    keys: faultyKeys(keys, faults),
    store: faultyStore(datastore.authorities, faults),
    clock,
    log: captured.log,
  } as const;
  const manage = async <A extends Authority>(kind: AuthorityKind<A>) => {
    const manager = new AuthorityManager({ ...common, kind });
    await manager.load();
    return manager;
  };
  const [x509, jwt] = [await manage(x509Authorities), await manage(jwtAuthorities)];
  const limit = new SigningLimit({ max: 2, maxWaiting: 100 });
  const ca = new CertificateAuthority({ x509, jwt, limit, jwtIssuer: undefined, clock });
  return {
    ...{ ...disk, keys, datastore, x509, jwt, ca, captured },
    fail: (step, fault) => void faults.set(step, fault),
    close: () => datastore.close(),
  };
}

/** The operation, unless it is to fail; a failure after it leaves what it did. */
async function attempt<T>(
  step: Step,
  faults: Map<Step, Fault>,
  operation: () => Promise<T>,
): Promise<T> {
  const fault = faults.get(step);
  faults.delete(step);
  if (fault === 'before') throw new Error(`killed before ${step}`);
  const result = await operation();
  if (fault === 'after') throw new Error(`killed after ${step}`);
  return result;
}

const faultyKeys = (keys: KeyManager, faults: Map<Step, Fault>): KeyManager => ({
  generate: (name, keyType) => attempt('generate', faults, () => keys.generate(name, keyType)),
  find: (name) => keys.find(name),
});

const faultyStore = (store: AuthorityStore, faults: Map<Step, Fault>): AuthorityStore => ({
  all: () => store.all(),
  ofAllServers: () => store.ofAllServers(),
  save: (slots, publish) => attempt('save', faults, () => store.save(slots, publish)),
});
