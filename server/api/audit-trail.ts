/**
 * What an RPC did, for the audit: its own fields, and for a batch those of each item. Each item becomes a line of its
 * own, so that nothing that was signed or changed is lost in a list too long to log.
 */
export class AuditTrail {
  readonly #fields = new Map<string, unknown>();
  readonly #items: Readonly<Record<string, unknown>>[] = [];

  set(field: string, value: unknown): void {
    this.#fields.set(field, value);
  }

  addItem(fields: Readonly<Record<string, unknown>>): void {
    this.#items.push(fields);
  }

  /** The lines' fields; at least one line. */
  lines(): readonly Readonly<Record<string, unknown>>[] {
    const fields = Object.fromEntries(this.#fields);
    return this.#items.length === 0
      ? [fields]
      : this.#items.map((item) => ({ ...fields, ...item }));
  }
}
