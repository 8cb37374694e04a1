// What a person can do about each error. It stands here because no program needs it: a code without a row does not compile.
import type { AgentErrorCode } from '../../agent/errors.ts';
import type { CliErrorCode } from '../../cli/errors.ts';
import type { RuntimeErrorCode } from '../../runtime/errors.ts';
import type { DatastoreErrorCode } from '../../server/datastore/errors.ts';
import type { MaintenanceErrorCode } from '../../server/datastore/maintenance/errors.ts';
import type { ClientErrorCode } from '@vouchsafe/client/errors';

export const RUNTIME_REMEDIES: Readonly<Record<RuntimeErrorCode, string>> = {
  CONFIG_UNREADABLE: 'Check the path behind `--config` and the permissions on the file.',
  CONFIG_INVALID:
    'Correct each line that is listed; `vouchsafe server validate` and `vouchsafe agent validate` show them without a start.',
  FILE_UNREADABLE: 'Check the permissions on the file; the text says what the system said.',
  FILE_NOT_PRIVATE:
    'Make the file this user’s own and take it from all others (`chmod 0600`); a symbolic link is not followed. If others could read it, its keys are known to them.',
  FILE_TOO_LARGE: 'It is not the file that was meant: check the path.',
  FILE_NOT_WRITTEN: 'Make room on the disk, or check the permissions on the directory.',
  DIRECTORY_UNSAFE:
    'Take the directory from other users (`chmod go-w`, `chown`), or choose another one.',
  DIRECTORY_NOT_CREATED: 'Create the directory above it, or let this user write there.',
  DIRECTORY_IN_USE:
    'Stop the process that the text names, or choose another `--data-dir`. A killed process holds no directory.',
  SOCKET_IN_USE: 'Stop the other process, or choose another `--socket`.',
  SOCKET_PATH_TAKEN: 'Move away what is there, or choose another `--socket`.',
  ADDRESS_UNAVAILABLE:
    'Choose an address of this host and a free port; ports below 1024 need a privilege.',
  KEYS_CORRUPT:
    'Restore the file from a backup together with the database; or move it away to start with new keys.',
  KERNEL_UNSUPPORTED:
    'Run the daemons on Linux, on x86-64 or arm64, with `data_dir` on a file system that has locks.',
};

export const DATASTORE_REMEDIES: Readonly<Record<DatastoreErrorCode, string>> = {
  DATASTORE_CORRUPT: 'Restore `data_dir` as a whole from a backup; the file is left as it is.',
  DATASTORE_FOREIGN:
    'Start the server with the trust domain that the text names, or choose another `data_dir`. A trust domain is not renamed.',
  DATASTORE_LOCKED: 'Stop the other server or tool that has the database open.',
  DATASTORE_NEWER: 'Run the release that wrote it: a database is never taken back.',
  DATASTORE_UNAVAILABLE:
    'Check `data_dir`: its permissions, and whether its disk can be read and written.',
  DATASTORE_FULL:
    'Make room on the disk. What was acknowledged is stored; what was refused is not.',
};

export const MAINTENANCE_REMEDIES: Readonly<Record<MaintenanceErrorCode, string>> = {
  MAINTENANCE_NO_DATABASE:
    'Check `--data-dir` or `--database-url`; `vouchsafe db migrate` makes an empty database.',
  MAINTENANCE_SCHEMA:
    'Stop the server and run `vouchsafe db migrate` for what is missing, or the command of the release that wrote it.',
  MAINTENANCE_NOT_EMPTY:
    'Choose an empty `--data-dir` or database: nothing is written over. A server that was started has made authorities of its own.',
  MAINTENANCE_DUMP_INVALID:
    'Export it again, or use the release that wrote it; nothing was changed.',
  MAINTENANCE_TARGET_TAKEN: 'Move away what is there, or choose another place.',
  MAINTENANCE_KEYS_CHANGED: 'Run it again; nothing was left behind.',
  MAINTENANCE_BACKUP_INVALID: 'Use another backup: this one was damaged or is not complete.',
};

/** For errors whose text does not say it already. */
export const AGENT_REMEDIES: Readonly<Partial<Record<AgentErrorCode, string>>> = {
  AGENT_BUNDLE_UNREADABLE:
    'Give `trust_bundle_path` the output of `vouchsafe bundle show`, as PEM or as SPIFFE bundle.',
  AGENT_JOIN_TOKEN_UNREADABLE:
    'Give `join_token_file` a file with one token and nothing else, which this user may read.',
  AGENT_ATTESTATION_FAILED:
    'See the text, and the log of the server, then start the agent again: the same token works until it expires.',
  AGENT_SERVER_FAILED: 'See the log of the server. The agent asks again by itself.',
};

export const CLI_REMEDIES: Readonly<Record<CliErrorCode, string>> = {
  CLI_FILE_INVALID:
    'Correct each line that is listed; nothing was changed. `vouchsafe entry export` shows how a file looks.',
  CLI_DIFFERENT:
    'See the differences; `vouchsafe entry apply` with the same file and flags makes the server as the file says.',
  CLI_USAGE: 'See `vouchsafe help` with the words of the command.',
  CLI_SOCKET_MISSING: 'Start the daemon, or say with `--socket` where its socket is.',
  CLI_SOCKET_REFUSED: 'Start the daemon: its socket is there, but nobody listens on it.',
  CLI_SOCKET_FORBIDDEN:
    'Run the command as a user of the socket’s group; the server’s socket administers the whole trust domain.',
  CLI_CALL_FAILED: 'See the text, which is the daemon’s own.',
  CLI_NOT_DONE: 'See the text, which is the server’s own, and correct what was asked for.',
  CLI_NO_IDENTITY:
    'Create an entry whose selectors this process has, and with `--wait` be told when the agent serves it: see [registering workloads](registering-workloads.md).',
  CLI_TOKEN_INVALID: 'Refuse whoever showed the token; the text says which rule it breaks.',
  CLI_NOT_GIVEN: 'Do what the lines above say: [a service gets no identity](why-no-identity.md).',
  CLI_NOT_SERVING: 'See the log of the daemon.',
  CLI_INPUT_UNREADABLE: 'Check what is given to the command on standard input or as a file.',
  CLI_UP_BUSY: 'Stop the other one, or choose another `--dir`.',
  CLI_UP_OTHER_TRUST_DOMAIN: 'Leave `--trust-domain` out, or choose another `--dir`.',
  CLI_UP_FAILED: 'See the log file that the text names.',
};

export const CLIENT_REMEDIES: Readonly<Record<ClientErrorCode, string>> = {
  CLIENT_NO_ENDPOINT:
    'Set `SPIFFE_ENDPOINT_SOCKET` to `unix:///PATH`, or give the source its socket.',
  CLIENT_STREAM_ENDED: 'Nothing: the source connects again.',
  CLIENT_NO_SVID: 'See the log of the agent. The source keeps what it has, and asks again.',
  CLIENT_SVID_INCOMPLETE: 'See the log of the agent. The source keeps what it has, and asks again.',
  CLIENT_SVID_ID: 'See the log of the agent. The source keeps what it has, and asks again.',
  CLIENT_NO_IDENTITY:
    'Create an entry whose selectors the process has: see [registering workloads](registering-workloads.md). The source waits for it.',
  CLIENT_CLOSED: 'Use the source before it is closed.',
  CLIENT_PEER_ANONYMOUS: 'Let the peer use its X509-SVID, with a library for SPIFFE.',
};
