import { readFile, stat } from 'node:fs/promises';
import type { Clock } from './clock.ts';

/** A renamed account is noticed within this. */
const RECHECK_MS = 1000;
/** A line for each of a hundred thousand accounts. */
const MAX_BYTES = 16 << 20;

/** Names by numeric ID. */
export interface AccountNames {
  readonly users: ReadonlyMap<number, string>;
  readonly groups: ReadonlyMap<number, string>;
}

export interface AccountFilesDeps {
  readonly clock: Clock;
  readonly passwdPath?: string;
  readonly groupPath?: string;
}

/**
 * The names in /etc/passwd and /etc/group. Accounts that come from elsewhere (LDAP, systemd's dynamic users) have no
 * name here: asking a directory service during attestation would let it stall, or decide, who a workload is.
 */
export class AccountFiles {
  readonly #clock: Clock;
  readonly #passwd: NameFile;
  readonly #group: NameFile;
  #names: Promise<AccountNames> | undefined;
  #checkedAt = 0;

  constructor({ clock, passwdPath = '/etc/passwd', groupPath = '/etc/group' }: AccountFilesDeps) {
    this.#clock = clock;
    this.#passwd = new NameFile(passwdPath);
    this.#group = new NameFile(groupPath);
  }

  /** The names as of a second ago at most; empty where a file cannot be read. */
  names(): Promise<AccountNames> {
    const now = this.#clock.now().getTime();
    if (this.#names === undefined || Math.abs(now - this.#checkedAt) >= RECHECK_MS) {
      this.#checkedAt = now;
      this.#names = this.#read();
    }
    return this.#names;
  }

  async #read(): Promise<AccountNames> {
    const [users, groups] = await Promise.all([this.#passwd.names(), this.#group.names()]);
    return { users, groups };
  }
}

/** One of the two files, read again only when it has changed. */
class NameFile {
  readonly #path: string;
  #version: string | undefined;
  #names: ReadonlyMap<number, string> = new Map();

  constructor(path: string) {
    this.#path = path;
  }

  async names(): Promise<ReadonlyMap<number, string>> {
    try {
      const { ino, size, mtimeNs } = await stat(this.#path, { bigint: true });
      const version = `${ino}:${size}:${mtimeNs}`;
      if (version !== this.#version && size <= MAX_BYTES) {
        this.#names = parseNames(await readFile(this.#path, 'utf8'));
        this.#version = version;
      }
    } catch {
      this.#version = undefined; // selectors by name are absent until the file is back
      this.#names = new Map();
    }
    return this.#names;
  }
}

/** Lines of `name:password:ID:…`, as both files have them; of one ID the first name counts, as for getpwuid. */
export function parseNames(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name = '', , id = ''] = line.split(':', 4);
    // Lines of + and - stand for NIS, comments for nothing.
    if (!/^[^+#-]/.test(name) || !/^\d{1,10}$/.test(id)) continue;
    if (!names.has(Number(id))) names.set(Number(id), name);
  }
  return names;
}
