import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import koffi from 'koffi';
import { RuntimeError } from './errors.ts';

// Linux constants, the same on x86-64 and arm64 (asm-generic).
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
const SO_PEERGROUPS = 59; // Linux 4.13
const SO_PEERPIDFD = 77; // Linux 6.5
const SYS_PIDFD_OPEN = 434; // Linux 5.3
const POLLIN = 1;
const PR_SET_DUMPABLE = 4;
const RLIMIT_CORE = 4;
const POLLFD_BYTES = 8;
const AT_FDCWD = -100;
const AT_STATX_DONT_SYNC = 0x4000;
const STATX_BASIC_STATS = 0x7ff;
const STATX_BYTES = 256;
/** What a system call answers that a signal interrupted. */
const EINTR = 4;
/** What setsockopt and getsockopt answer for an option that this kernel does not know. */
const ENOPROTOOPT = 92;
const LOCK_EX_NB = 2 | 4;
/** What flock answers when somebody else holds the lock. */
const EWOULDBLOCK = 11;

const libc = koffi.load('libc.so.6');
const getsockopt = libc.func('int getsockopt(int, int, int, _Out_ uint8_t *, _Inout_ uint32_t *)');
const syscall2 = libc.func('long syscall(long, long, long)');
const poll = libc.func('int poll(_Inout_ uint8_t *, unsigned long, int)');
const close = libc.func('int close(int)');
const flock = libc.func('int flock(int, int)');
const statx = libc.func('int statx(int, const char *, int, unsigned int, _Out_ uint8_t *)');
const prctl = libc.func(
  'int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)',
);
const setrlimit = libc.func('int setrlimit(int, uint64_t *)');

/** Written and read within one call. */
const fileStatus = Buffer.alloc(STATX_BYTES);

export interface PeerCredentials {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/** Who connected a Unix socket, as the kernel recorded it at connect; undefined when it cannot say. */
export function peerCredentials(fd: number): PeerCredentials | undefined {
  const ucred = Buffer.alloc(12);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ucred, [ucred.length]) !== 0) return undefined;
  const pid = ucred.readInt32LE(0);
  // A peer in a PID namespace that this process cannot see has PID 0.
  if (pid <= 0) return undefined;
  return { pid, uid: ucred.readUInt32LE(4), gid: ucred.readUInt32LE(8) };
}

/** Most systems let a process have as many groups. */
const MAX_GROUPS = 65_536;

/** The supplementary groups of who connected a Unix socket, as they were at connect; none when the kernel cannot say. */
export function peerGroups(fd: number): number[] {
  const length = [0];
  // Without room for them it says how much they need.
  getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, Buffer.alloc(4), length);
  const bytes = Math.min(length[0]!, 4 * MAX_GROUPS);
  if (bytes === 0) return [];
  const groups = Buffer.alloc(bytes);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, [bytes]) !== 0) return [];
  return Array.from({ length: bytes / 4 }, (_, at) => groups.readUInt32LE(4 * at));
}

/** The file descriptor of an open connection; undefined once it has closed. Node.js has no public way to it. */
export function descriptorOf(socket: Socket): number | undefined {
  const handle = (socket as unknown as { _handle?: { fd?: unknown } | null })._handle;
  return typeof handle?.fd === 'number' && handle.fd >= 0 ? handle.fd : undefined;
}

/**
 * A file descriptor for exactly the process that connected, safe from PID reuse. When that process has gone, it is one
 * that has `exited` (since Linux 6.16) or undefined, as it always is before Linux 6.5.
 */
export function peerPidfd(fd: number): number | undefined {
  const out = Buffer.alloc(4);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, out, [out.length]) !== 0) return undefined;
  return out.readInt32LE(0);
}

/** Whether this kernel has `peerPidfd` (Linux 6.5); any Unix stream socket will do to ask. */
export function hasPeerPidfd(fd: number): boolean {
  const out = Buffer.alloc(4);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, out, [out.length]) === 0) {
    close(out.readInt32LE(0));
    return true;
  }
  return koffi.errno() !== ENOPROTOOPT;
}

/** A file descriptor for the process that has `pid` now; undefined when there is none. */
export function openPidfd(pid: number): number | undefined {
  const fd = Number(syscall2(SYS_PIDFD_OPEN, pid, 0));
  return fd >= 0 ? fd : undefined;
}

/** Which of these processes have exited, by one system call for all. Costs 2 µs for one. */
export function exited(pidfds: readonly number[]): boolean[] {
  const fds = Buffer.alloc(POLLFD_BYTES * pidfds.length);
  pidfds.forEach((pidfd, i) => {
    fds.writeInt32LE(pidfd, i * POLLFD_BYTES);
    fds.writeInt16LE(POLLIN, i * POLLFD_BYTES + 4);
  });
  // A poll that fails tells nothing; a process that nobody can vouch for counts as gone.
  if (pollNow(fds, pidfds.length) < 0) return pidfds.map(() => true);
  return pidfds.map((_, i) => fds.readInt16LE(i * POLLFD_BYTES + 6) !== 0);
}

/** A signal in between, a profiler sends thousands of them, says nothing about any process: it is asked again. */
function pollNow(fds: Buffer, count: number): number {
  let ready: number;
  do ready = Number(poll(fds, count, 0));
  while (ready < 0 && koffi.errno() === EINTR);
  return ready;
}

/** Which file it is, and in which state. */
export interface FileIdentity {
  /** As `stat` tells it. */
  readonly device: bigint;
  readonly inode: bigint;
  readonly sizeBytes: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
}

/**
 * The file at a path, as far as the kernel knows it without asking anybody: a file system on the network or in user
 * space cannot keep the caller waiting. Undefined when there is none, or it may not be seen. Costs 5 µs.
 */
export function fileIdentityAt(path: string): FileIdentity | undefined {
  if (statx(AT_FDCWD, path, AT_STATX_DONT_SYNC, STATX_BASIC_STATS, fileStatus) !== 0) {
    return undefined;
  }
  const nanoseconds = (at: number): bigint =>
    fileStatus.readBigInt64LE(at) * 1_000_000_000n + BigInt(fileStatus.readUInt32LE(at + 8));
  return {
    device: deviceNumber(fileStatus.readUInt32LE(136), fileStatus.readUInt32LE(140)),
    inode: fileStatus.readBigUInt64LE(32),
    sizeBytes: fileStatus.readBigUInt64LE(40),
    modifiedNs: nanoseconds(112),
    changedNs: nanoseconds(96),
  };
}

/** As glibc's makedev packs it. */
function deviceNumber(major: number, minor: number): bigint {
  const [high, low] = [BigInt(major), BigInt(minor)];
  return (
    ((high & 0xfffff000n) << 32n) |
    ((high & 0xfffn) << 8n) |
    ((low & 0xffffff00n) << 12n) |
    (low & 0xffn)
  );
}

/**
 * Locks an open file against everybody else, until it is closed; false when somebody else has locked it.
 * @throws RuntimeError KERNEL_UNSUPPORTED on a file system without locks
 */
export function lockDescriptor(fd: number): boolean {
  if (flock(fd, LOCK_EX_NB) === 0) return true;
  const errno = koffi.errno();
  if (errno === EWOULDBLOCK) return false;
  throw new RuntimeError('KERNEL_UNSUPPORTED', `cannot lock a file (errno ${errno})`);
}

export function closeDescriptor(fd: number): void {
  close(fd);
}

/** When a process started, in clock ticks since boot: with the PID it names one process for the life of the system. */
export function processStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The command may hold spaces and parentheses: fields count from its last ')'. Start time is field 22.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined; // gone, or hidden from us: either way nobody to vouch for
  }
}

/** Keeps keys out of core dumps and closes /proc/<pid>/mem to others of this user. */
export function forbidMemoryDumps(): void {
  if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) !== 0 || setrlimit(RLIMIT_CORE, [0, 0]) !== 0) {
    throw new RuntimeError('KERNEL_UNSUPPORTED', 'cannot forbid core dumps');
  }
}
