import { createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { PkiError } from '../errors.ts';
import { sameBytes } from '../der/values.ts';
import { keyPairFromPkcs8 } from '../keys/key-pair.ts';
import { encodePem } from '../keys/pem.ts';
import type { SpiffeId } from '../spiffe-id.ts';
import { parseCertificates } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { checkSvid } from './verify.ts';

interface Fields {
  readonly spiffeId: SpiffeId;
  readonly chain: readonly Certificate[];
  readonly privateKey: KeyObject;
}

/** An X509-SVID with its private key: what its owner presents. Immutable. */
export class X509Svid {
  readonly spiffeId: SpiffeId;
  /** The SVID itself first, then the intermediates up to, but not including, an authority. */
  readonly chain: readonly Certificate[];
  readonly privateKey: KeyObject;

  private constructor(fields: Fields) {
    this.spiffeId = fields.spiffeId;
    this.chain = Object.freeze([...fields.chain]);
    this.privateKey = fields.privateKey;
  }

  /**
   * From a chain, DER one behind the other, and a PKCS#8 key, as the Workload API sends them. Whether an authority
   * stands behind it is for its verifiers.
   * @throws PkiError PKI_SVID_*, PKI_DER_MALFORMED, PKI_X509_*, PKI_KEY_*
   */
  static parse(chain: Uint8Array, pkcs8: Uint8Array): X509Svid {
    return X509Svid.of(parseCertificates(chain), keyPairFromPkcs8(pkcs8).privateKey);
  }

  /** @throws PkiError PKI_SVID_*, PKI_KEY_* */
  static of(chain: readonly Certificate[], privateKey: KeyObject): X509Svid {
    const [leaf] = chain;
    if (leaf === undefined) throw new PkiError('PKI_SVID_CHAIN_EMPTY');
    const spiffeId = checkSvid(leaf);
    const publicKeyInfo = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
    if (!sameBytes(publicKeyInfo, leaf.publicKey.export({ format: 'der', type: 'spki' }))) {
      throw new PkiError('PKI_SVID_KEY_MISMATCH');
    }
    return new X509Svid({ spiffeId, chain, privateKey });
  }

  get leaf(): Certificate {
    return this.chain[0]!;
  }

  get notBefore(): Date {
    return this.leaf.notBefore;
  }

  /** When it expires. */
  get notAfter(): Date {
    return this.leaf.notAfter;
  }

  /** DER, one certificate behind the other. */
  chainDer(): Uint8Array {
    return Buffer.concat(this.chain.map(({ raw }) => raw));
  }

  /** PEM, as TLS libraries take it. */
  chainPem(): string {
    return this.chain.map(({ raw }) => encodePem('CERTIFICATE', raw)).join('');
  }

  /** PKCS#8, DER. Secret. */
  privateKeyDer(): Uint8Array {
    return this.privateKey.export({ format: 'der', type: 'pkcs8' });
  }

  /** PKCS#8, PEM. Secret. */
  privateKeyPem(): string {
    return this.privateKey.export({ format: 'pem', type: 'pkcs8' });
  }
}
