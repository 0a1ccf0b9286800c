/** What a consumer stores at most. Pure. */
import type { StackNumbers, Traffic } from "./stack-numbers";

/** Invocations at once; reserved concurrency below the mapping's maximum counts instead. */
export const concurrencyOf = ({ maximumConcurrency, reservedConcurrency }: StackNumbers["consumer"]): number =>
  Math.min(maximumConcurrency, reservedConcurrency ?? maximumConcurrency);

/** Events a second: maximum concurrency × batch ÷ store time; 0 where a batch takes longer than an invocation may. */
export function throughput(
  { consumer }: Pick<StackNumbers, "consumer">,
  { storeMs }: Pick<Traffic, "storeMs">,
): number {
  if (storeMs >= consumer.timeoutSeconds * 1_000) return 0;
  return (concurrencyOf(consumer) * consumer.batchSize * 1_000) / storeMs;
}
