/** What follows from the settings. Pure. */
import * as limits from "./limits";
import { BODY_KEYS } from "./names";

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

/** Most that may be reserved in an account. */
export function reservableConcurrency(accountConcurrency: number): number {
  return Math.max(0, accountConcurrency - limits.UNRESERVED_CONCURRENCY.value);
}

/**
 * Prefix in the bodies bucket → days until a body there expires. A prefix that is missing keeps its bodies for ever.
 * A message lives at most for both retentions: a redriven one is new to SQS.
 */
export function bodyExpiryDays(
  queue: { retentionDays: number; deadLetterRetentionDays: number },
  table: { eventExpiryDays?: number | undefined; rejectedExpiryDays: number },
): Readonly<Record<string, number>> {
  const margin = limits.BODY_EXPIRY_MARGIN_DAYS.value;
  const { eventExpiryDays } = table;
  return {
    [BODY_KEYS.inflight]: queue.retentionDays + queue.deadLetterRetentionDays + margin,
    [`${BODY_KEYS.kept}rejected/`]: table.rejectedExpiryDays + margin,
    ...(eventExpiryDays === undefined
      ? {}
      : Object.fromEntries(
          ["stored", "failed", "conflict"].map((state) => [`${BODY_KEYS.kept}${state}/`, eventExpiryDays + margin]),
        )),
  };
}
