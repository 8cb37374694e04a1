import { keyPairFromPkcs8 } from '@vouchsafe/pki/keys/key-pair';
import type { KeyPair } from '@vouchsafe/pki/keys/key-pair';
import type { TrustDomain } from '@vouchsafe/pki/trust-domain';
import { parseCertificate } from '@vouchsafe/pki/x509/certificate';
import type { Certificate } from '@vouchsafe/pki/x509/certificate';
import { z } from 'zod';
import { readPrivateFile, writePrivateFile } from '../../runtime/private-file.ts';
import { AgentError } from '../errors.ts';
import { joinAgentSvid } from '../node/agent-svid.ts';
import type { AgentSvid } from '../node/agent-svid.ts';

const FILE_NAME = 'agent-state.json';

/** What an agent must still know after a restart. */
export interface AgentState {
  /** A key that the server may have signed already: whatever becomes of its answer, it can be asked for again. */
  readonly pendingKey?: KeyPair | undefined;
  readonly svid?: AgentSvid | undefined;
  /** The X.509 authorities of the trust domain as last heard, to know the server by. */
  readonly authorities?: readonly Certificate[] | undefined;
}

const stateFile = z.strictObject({
  version: z.literal(1),
  trust_domain: z.string(),
  /** DER in base64 throughout; keys as PKCS#8. */
  pending_key: z.base64().optional(),
  svid: z
    .strictObject({
      key: z.base64(),
      chain: z.array(z.base64()).min(1),
      reattestable: z.boolean(),
    })
    .optional(),
  x509_authorities: z.array(z.base64()).optional(),
});

type StateFile = z.output<typeof stateFile>;

export interface AgentStateFileInit {
  readonly directory: string;
  readonly trustDomain: TrustDomain;
}

/** The state in one file of mode 0600, replaced as a whole: a crash leaves the old state or the new one. */
export class AgentStateFile {
  readonly #path: string;
  readonly #trustDomain: TrustDomain;
  #state: AgentState;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, trustDomain: TrustDomain, state: AgentState) {
    this.#path = path;
    this.#trustDomain = trustDomain;
    this.#state = state;
  }

  /**
   * Opens the file, or starts empty when there is none. A file that cannot be used is refused and left as it is: it may
   * be the only copy of this node's identity.
   * @throws AgentError AGENT_STATE_CORRUPT, RuntimeError FILE_NOT_PRIVATE, FILE_UNREADABLE
   */
  static async open({ directory, trustDomain }: AgentStateFileInit): Promise<AgentStateFile> {
    const path = `${directory}/${FILE_NAME}`;
    const content = await readPrivateFile(path);
    const state = content === undefined ? {} : decodeState(content, { path, trustDomain });
    return new AgentStateFile(path, trustDomain, state);
  }

  get state(): AgentState {
    return this.#state;
  }

  /**
   * Changes what is given, and nothing else, durably: once it resolves, a crash cannot undo it. One write at a time.
   * @throws RuntimeError FILE_NOT_WRITTEN; the state is then as before
   */
  update(change: AgentState): Promise<void> {
    const write = this.#writing.then(async () => {
      const state = { ...this.#state, ...change };
      await writePrivateFile(this.#path, encodeState(state, this.#trustDomain));
      this.#state = state;
    });
    this.#writing = write.catch(() => undefined); // reported to the caller of this write, not of the next
    return write;
  }
}

function encodeState({ pendingKey, svid, authorities }: AgentState, { name }: TrustDomain): string {
  const file: StateFile = {
    version: 1,
    trust_domain: name,
    pending_key: pendingKey && encodeKey(pendingKey),
    svid: svid && {
      key: encodeKey(svid.key),
      chain: svid.chain.map(encodeCertificate),
      reattestable: svid.reattestable,
    },
    x509_authorities: authorities?.map(encodeCertificate),
  };
  return JSON.stringify(file, undefined, 2);
}

interface Origin {
  readonly path: string;
  readonly trustDomain: TrustDomain;
}

/** The parsers' own messages may quote what they read, and that is keys: the reasons given are ours. */
function decodeState(content: Buffer, { path, trustDomain }: Origin): AgentState {
  const corrupt = (reason: string): AgentError =>
    new AgentError('AGENT_STATE_CORRUPT', { detail: `${path} ${reason}` });
  const { success, data } = stateFile.safeParse(parseJson(content));
  if (!success) throw corrupt('is not a state file of this version');
  if (data.trust_domain !== trustDomain.name) {
    throw corrupt(`belongs to trust domain ${data.trust_domain}, not to ${trustDomain.name}`);
  }
  return decodeParts(data, corrupt);
}

function decodeParts(
  { pending_key, svid, x509_authorities }: StateFile,
  corrupt: (reason: string) => AgentError,
): AgentState {
  const must = <T>(what: string, decode: () => T | undefined): T => {
    const value = attempt(decode);
    if (value === undefined) throw corrupt(`holds no usable ${what}`);
    return value;
  };
  return {
    pendingKey:
      pending_key === undefined ? undefined : must('pending key', () => decodeKey(pending_key)),
    svid: svid && must('SVID', () => decodeSvid(svid)),
    authorities:
      x509_authorities && must('authority', () => x509_authorities.map(decodeCertificate)),
  };
}

function attempt<T>(decode: () => T | undefined): T | undefined {
  try {
    return decode();
  } catch {
    return undefined; // named by the caller
  }
}

function parseJson(content: Buffer): unknown {
  return attempt(() => JSON.parse(content.toString('utf8')) as unknown);
}

function decodeSvid({ key, chain, reattestable }: NonNullable<StateFile['svid']>) {
  return joinAgentSvid({
    key: decodeKey(key),
    chain: chain.map(decodeCertificate),
    reattestable,
  });
}

const encodeKey = ({ privateKey }: KeyPair): string =>
  privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
const decodeKey = (text: string): KeyPair => keyPairFromPkcs8(Buffer.from(text, 'base64'));
const encodeCertificate = ({ raw }: Certificate): string => Buffer.from(raw).toString('base64');
const decodeCertificate = (text: string): Certificate =>
  parseCertificate(Buffer.from(text, 'base64'));
