import { Selector } from '@vouchsafe/pki/selector';
import type { Peer } from '../../endpoints/peer-tracker.ts';
import type { AccountNames } from '../../../runtime/account-names.ts';
import type { WorkloadAttestor } from '../attestation.ts';
import { identifyingPath, isSameExecutable } from '../executable.ts';
import type { Executable } from '../executable.ts';
import type { ProcessStatus } from './process-status.ts';

export interface UnixAttestorDeps {
  readonly names: () => Promise<AccountNames>;
  readonly readStatus: (pid: number) => ProcessStatus;
  readonly readExecutable: (pid: number) => Executable | undefined;
  readonly hash: (pid: number, executable: Executable) => Promise<string>;
  /** Of this agent, from `userNamespaceOf('self')`. */
  readonly userNamespace: string;
  /** Whether to tell `path` and `sha256`. */
  readonly discoverPath: boolean;
  /** A larger program gets no `sha256`; 0 for no limit, negative for no `sha256` at all. */
  readonly sizeLimitBytes: number;
}

/** Selectors from what the kernel knows of a process: its user, its groups and the program it runs. */
export class UnixAttestor implements WorkloadAttestor {
  readonly name = 'unix';
  readonly #deps: UnixAttestorDeps;

  constructor(deps: UnixAttestorDeps) {
    this.#deps = deps;
  }

  async attest(peer: Peer): Promise<readonly Selector[]> {
    const status = this.#deps.readStatus(peer.pid);
    // The kernel recorded its user when it connected. If that is not its user now, either the PID is another's by now or
    // the process has changed who it is, and nobody can say on whose behalf it is asking.
    if (status.uid !== peer.uid || status.gid !== peer.gid) {
      throw new Error('the process is not of the user and group that connected');
    }
    const names = await this.#deps.names();
    const program = this.#deps.discoverPath ? await this.#program(peer) : [];
    return [...accounts(status, names), ...program].map((value) => Selector.of('unix', value));
  }

  /**
   * The program that connected, provided it is still the one that runs. A process may pass its socket on to another and
   * then become any program it can execute: path and hash of that one say nothing about who is asking.
   */
  async #program(peer: Peer): Promise<readonly string[]> {
    const { executable } = peer;
    if (executable === undefined) return [];
    const sha256 = await this.#sha256(peer.pid, executable);
    const now = this.#deps.readExecutable(peer.pid);
    if (now === undefined || !isSameExecutable(executable, now)) {
      throw new Error('the process has become another program since it connected');
    }
    const path = identifyingPath(now, this.#deps.userNamespace);
    return [...valueOf('path', path), ...valueOf('sha256', sha256)];
  }

  async #sha256(pid: number, executable: Executable): Promise<string | undefined> {
    const { sizeLimitBytes, hash } = this.#deps;
    const tooLarge = sizeLimitBytes !== 0 && executable.sizeBytes > BigInt(sizeLimitBytes);
    return tooLarge ? undefined : hash(pid, executable);
  }
}

function accounts(status: ProcessStatus, { users, groups }: AccountNames): readonly string[] {
  return [
    `uid:${status.uid}`,
    ...valueOf('user', users.get(status.uid)),
    `gid:${status.gid}`,
    ...valueOf('group', groups.get(status.gid)),
    ...status.supplementaryGids.flatMap((gid) => [
      `supplementary_gid:${gid}`,
      ...valueOf('supplementary_group', groups.get(gid)),
    ]),
  ];
}

function valueOf(key: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`${key}:${value}`];
}
