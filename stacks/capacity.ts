/** What follows from the settings. Pure. */
import { type ConnectionBudget, connectionBudget } from "./connection-budget";
import * as databaseLimits from "./database-limits";
import { instanceClass } from "./instance-classes";
import * as limits from "./limits";
import { BODY_KEYS } from "./names";
import type { PostgresSinkSettings } from "./postgres-settings";

export {
  type BudgetLine,
  budgetText,
  type ConnectionBudget,
  type ConnectionBudgetInput,
  connectionBudget,
} from "./connection-budget";
export { connectionsByMemory, type InstanceClass, instanceClass } from "./instance-classes";

/** Seconds a received message stays hidden: long enough for a throttled batch to be tried again. */
export function visibilityTimeoutSeconds(consumer: { timeoutSeconds: number; batchWindowSeconds: number }): number {
  return limits.VISIBILITY_FACTOR.value * consumer.timeoutSeconds + consumer.batchWindowSeconds;
}

/** Receives before a message goes to the dead-letter queue: an outage costs one a visibility timeout. */
export function maxReceiveCount(outageToleranceMinutes: number, visibilitySeconds: number): number {
  return Math.ceil((outageToleranceMinutes * 60) / visibilitySeconds) + limits.SPARE_RECEIVES.value;
}

/** The mapping's own maximum: it takes no 1, so reserved concurrency holds that one. */
export function mappingMaximumConcurrency(maximumConcurrency: number): number {
  return Math.max(limits.MAPPING_MAXIMUM_CONCURRENCY.min, maximumConcurrency);
}

/** Invocations of a consumer that run at once, at most. */
export function invocationsAtOnce(consumer: {
  readonly maximumConcurrency: number;
  readonly reservedConcurrency?: number | undefined;
}): number {
  return Math.min(mappingMaximumConcurrency(consumer.maximumConcurrency), consumer.reservedConcurrency ?? Infinity);
}

/** vCPUs of the stack's database; undefined where its class is not known and the settings do not say. */
export function databaseVcpus(database: PostgresSinkSettings["database"]): number | undefined {
  return database.kind === "existing"
    ? database.vcpus
    : (instanceClass(database.instanceClass)?.vcpus ?? database.vcpus);
}

/**
 * What the database can promise, and what the stack's functions want of it.
 * @param sink checked settings
 * @throws Error where nobody has said how many vCPUs there are, which checked settings do not leave open
 */
export function sinkBudget({ database, connections, consumer, proxy }: PostgresSinkSettings): ConnectionBudget {
  const vcpus = databaseVcpus(database);
  if (vcpus === undefined) throw new Error("postgresSink.database is of an unknown class and has no vcpus");
  return connectionBudget({
    maxConnections: database.maxConnections,
    vcpus,
    ...connections,
    proxy,
    consumer: { name: "consumer", invocationsAtOnce: invocationsAtOnce(consumer) },
    beside: [{ name: "retention job", invocationsAtOnce: databaseLimits.RETENTION_RESERVED_CONCURRENCY.value }],
  });
}

/** Most that may be reserved in an account. */
export function reservableConcurrency(accountConcurrency: number): number {
  return Math.max(0, accountConcurrency - limits.UNRESERVED_CONCURRENCY.value);
}

/** Days until a body on its way expires: its message lives at most for both retentions, since a redriven one is new. */
export function inflightExpiryDays(queue: { retentionDays: number; deadLetterRetentionDays: number }): number {
  return queue.retentionDays + queue.deadLetterRetentionDays + limits.BODY_EXPIRY_MARGIN_DAYS.value;
}

/** Prefix in the bodies bucket → days until a body there expires. A prefix that is missing keeps its bodies for ever. */
export function bodyExpiryDays(
  queue: { retentionDays: number; deadLetterRetentionDays: number },
  table: { eventExpiryDays?: number | undefined; rejectedExpiryDays: number },
): Readonly<Record<string, number>> {
  const margin = limits.BODY_EXPIRY_MARGIN_DAYS.value;
  const { eventExpiryDays } = table;
  return {
    [BODY_KEYS.inflight]: inflightExpiryDays(queue),
    [`${BODY_KEYS.kept}rejected/`]: table.rejectedExpiryDays + margin,
    ...(eventExpiryDays === undefined
      ? {}
      : Object.fromEntries(
          ["stored", "failed", "conflict"].map((state) => [`${BODY_KEYS.kept}${state}/`, eventExpiryDays + margin]),
        )),
  };
}
