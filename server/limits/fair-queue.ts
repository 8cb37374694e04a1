/** What waits, of several flows: they are served in turn, whatever each of them holds, and each in its own order. */
export class FairQueue<T> {
  /** The flow whose turn is next comes first. */
  readonly #flows = new Map<string, Set<T>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  lengthOf(flow: string): number {
    return this.#flows.get(flow)?.size ?? 0;
  }

  push(flow: string, item: T): void {
    const items = this.#flows.get(flow);
    if (items === undefined) this.#flows.set(flow, new Set([item]));
    else items.add(item);
    this.#size++;
  }

  /** The next item; its flow is then behind all others. */
  take(): T | undefined {
    const [next] = this.#flows;
    if (next === undefined) return undefined;
    const [flow, items] = next;
    const [item] = items;
    this.#flows.delete(flow);
    items.delete(item!);
    if (items.size > 0) this.#flows.set(flow, items);
    this.#size--;
    return item;
  }

  /** Takes out an item that no longer waits. */
  remove(flow: string, item: T): void {
    const items = this.#flows.get(flow);
    if (items === undefined || !items.delete(item)) return;
    this.#size--;
    if (items.size === 0) this.#flows.delete(flow);
  }

  /** The flow that holds most. */
  longest(): string | undefined {
    let longest: string | undefined;
    for (const [flow, items] of this.#flows) {
      if (longest === undefined || items.size > this.lengthOf(longest)) longest = flow;
    }
    return longest;
  }

  /** Takes out what waits longest in a flow. */
  takeFrom(flow: string): T | undefined {
    const [item] = this.#flows.get(flow) ?? [];
    if (item !== undefined) this.remove(flow, item);
    return item;
  }
}
