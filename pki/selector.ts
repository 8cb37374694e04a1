import { PkiError } from './errors.ts';

/**
 * A property that an attestor found, `unix:uid:1000`: the type says which attestor, the value what it saw. Its text is
 * canonical, since a type has no colon: two selectors are equal exactly when their texts are.
 */
export class Selector {
  /** `unix`, `k8s`, …; has no colon. */
  readonly type: string;
  /** `uid:1000`; may have colons. */
  readonly value: string;

  private constructor(type: string, value: string) {
    this.type = type;
    this.value = value;
  }

  /** Reads `TYPE:VALUE`. @throws PkiError PKI_SELECTOR_* */
  static parse(text: string): Selector {
    const colon = text.indexOf(':');
    if (colon === -1) throw new PkiError('PKI_SELECTOR_SEPARATOR');
    return Selector.of(text.slice(0, colon), text.slice(colon + 1));
  }

  /** @throws PkiError PKI_SELECTOR_TYPE, PKI_SELECTOR_VALUE */
  static of(type: string, value: string): Selector {
    if (type === '' || type.includes(':')) throw new PkiError('PKI_SELECTOR_TYPE');
    if (value === '') throw new PkiError('PKI_SELECTOR_VALUE');
    return new Selector(type, value);
  }

  equals(other: Selector): boolean {
    return this.type === other.type && this.value === other.value;
  }

  toString(): string {
    return `${this.type}:${this.value}`;
  }
}
