/** Owns what a benchmark starts, as a test does: it goes with the benchmark, also when that fails, the last thing first. */
export class CleanUps implements AsyncDisposable {
  readonly #cleanUps: (() => unknown)[] = [];

  teardown(cleanUp: () => unknown): void {
    this.#cleanUps.unshift(cleanUp);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const cleanUp of this.#cleanUps) await cleanUp();
  }
}
