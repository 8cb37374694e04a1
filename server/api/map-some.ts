/** What `work` makes of each item, in order, with so many at a time under way. */
export async function mapSome<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, async () => {
    for (const [at, item] of left) results[at] = await work(item);
  });
  await Promise.all(workers);
  return results;
}
