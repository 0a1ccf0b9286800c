/** Settings that every stack's consumer has, and the rules that hold for each of them. */
import type { BrokenRule } from "./errors";
import * as limits from "./limits";
import { whole } from "./setting-rules";
import type { Settings } from "./settings";

/** The consumer's own part of a section; each stack has its own default for what its sink is promised. */
export const consumerFields = (of: { readonly maximumConcurrency: number; readonly timeoutSeconds: limits.Limit }) => ({
  /** Invocations at once, at most: what the sink is promised. @default 20 for a table, 5 for PostgreSQL */
  maximumConcurrency: whole(limits.CONSUMER_MAXIMUM_CONCURRENCY).default(of.maximumConcurrency),
  /** A hard roof on the function as well, at least maximumConcurrency. @default none */
  reservedConcurrency: whole(limits.RESERVED_CONCURRENCY).optional(),
  /** Messages an invocation gets, at most. Over 10 needs a batch window. @default 10 */
  batchSize: whole(limits.BATCH_SIZE).default(10),
  /** Seconds to wait for a batch to fill. @default 0 */
  batchWindowSeconds: whole(limits.BATCH_WINDOW_SECONDS).default(0),
  /** Seconds an invocation may take. The visibility timeout follows: 6 × this + the batch window. @default 30 */
  timeoutSeconds: whole(of.timeoutSeconds).default(30),
  /** MB of memory; CPU comes with it. @default 256 */
  memoryMb: whole(limits.FUNCTION_MEMORY_MB).default(256),
});

/** What all consumers have in common. */
export type ConsumerSettings = Omit<Settings["consumer"], "runtime" | "architecture">;

/** A consumer with the path of its section in environments.ts. */
export interface PlacedConsumer {
  readonly path: "consumer" | "postgresSink.consumer";
  readonly consumer: ConsumerSettings;
}

/** The consumers of an environment: WebhookStack's, and PostgresSinkStack's where there is one. */
export function consumersOf({ consumer, postgresSink }: Settings): PlacedConsumer[] {
  return [
    { path: "consumer", consumer },
    ...(postgresSink === undefined
      ? []
      : [{ path: "postgresSink.consumer", consumer: postgresSink.consumer } as const]),
  ];
}

export function batchRules({ path, consumer }: PlacedConsumer): BrokenRule[] {
  const { batchSize, batchWindowSeconds } = consumer;
  const most = limits.BATCH_SIZE_WITHOUT_WINDOW;
  if (batchSize <= most.value || batchWindowSeconds >= 1) return [];
  return [
    {
      path: `${path}.batchSize`,
      involves: [`${path}.batchSize`, `${path}.batchWindowSeconds`],
      value: `${batchSize} with batchWindowSeconds ${batchWindowSeconds}`,
      rule: `over ${most.value} it needs a batch window of 1 second or more`,
      source: most.source,
      remedy: `Set ${path}.batchWindowSeconds to 1 or more, or batchSize to ${most.value} or less.`,
      code: "BATCH_NEEDS_WINDOW",
    },
  ];
}
