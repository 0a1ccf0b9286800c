/**
 * Runs a task per item, some at a time. After a task has failed no further one is started.
 * @returns the results in the order of the items
 * @throws what the first failing task threw, after every task under way has ended
 */
export async function sideBySide<T, R>(
  items: readonly T[],
  atMost: number,
  task: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const faults: unknown[] = [];
  const waiting = items.entries();
  const lane = async () => {
    for (const [index, item] of waiting) {
      try {
        results[index] = await task(item);
      } catch (fault) {
        faults.push(fault);
      }
      if (faults.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atMost, items.length) }, lane));
  if (faults.length > 0) throw faults[0];
  return results;
}
