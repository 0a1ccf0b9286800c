/** What follows from the settings, and the rules between them. Pure. */
import type { Mistake } from "./errors";
import * as limits from "./limits";
import type { Settings } from "./settings";

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

/** A broken rule, with the settings it depends on: where one of these is wrong by itself, the rule says nothing. */
export type BrokenRule = Mistake & { readonly involves: readonly string[] };

/** Every rule between settings that does not hold. Durations are in the settings' own units. */
export function brokenRules(settings: Settings): BrokenRule[] {
  return [
    ...batchRules(settings.consumer),
    ...concurrencyRules(settings),
    ...queueRules(settings),
    ...expiryRules(settings),
    ...alarmRules(settings.alarms),
  ];
}

function batchRules({ batchSize, batchWindowSeconds }: Settings["consumer"]): BrokenRule[] {
  const most = limits.BATCH_SIZE_WITHOUT_WINDOW;
  if (batchSize <= most.value || batchWindowSeconds >= 1) return [];
  return [
    {
      path: "consumer.batchSize",
      involves: ["consumer.batchSize", "consumer.batchWindowSeconds"],
      value: `${batchSize} with batchWindowSeconds ${batchWindowSeconds}`,
      rule: `over ${most.value} it needs a batch window of 1 second or more`,
      source: most.source,
      remedy: `Set consumer.batchWindowSeconds to 1 or more, or batchSize to ${most.value} or less.`,
      code: "BATCH_NEEDS_WINDOW",
    },
  ];
}

function concurrencyRules({ consumer, account }: Settings): BrokenRule[] {
  const { maximumConcurrency: maximum, reservedConcurrency: reserved } = consumer;
  const broken: BrokenRule[] = [];
  if (maximum < limits.MAPPING_MAXIMUM_CONCURRENCY.min && reserved !== maximum) {
    broken.push({
      path: "consumer.maximumConcurrency",
      involves: ["consumer.maximumConcurrency", "consumer.reservedConcurrency"],
      value: `${maximum}`,
      rule: "an event source mapping takes 2 or more; one at a time exists only through reserved concurrency, where an invocation too many is thrown away and costs its messages a receive",
      source: limits.MAPPING_MAXIMUM_CONCURRENCY.source,
      remedy: "Set it to 2 or more, or set consumer.reservedConcurrency to 1 as well.",
      code: "MAXIMUM_CONCURRENCY_ONE",
    });
  }
  if (maximum > account.lambdaConcurrency) {
    broken.push({
      path: "consumer.maximumConcurrency",
      involves: ["consumer.maximumConcurrency", "account.lambdaConcurrency"],
      value: `${maximum}`,
      rule: `the account runs ${account.lambdaConcurrency} at once (account.lambdaConcurrency)`,
      source: limits.ACCOUNT_CONCURRENCY.source,
      remedy: `Set it to ${account.lambdaConcurrency} or less, or ask AWS for more and say so in account.lambdaConcurrency.`,
      code: "ACCOUNT_CONCURRENCY_EXCEEDED",
    });
  }
  if (reserved === undefined) return broken;
  if (reserved < maximum) {
    broken.push({
      path: "consumer.reservedConcurrency",
      involves: ["consumer.maximumConcurrency", "consumer.reservedConcurrency"],
      value: `${reserved}`,
      rule: `it is below maximumConcurrency ${maximum}, so invocations would be thrown away and good messages end in the dead-letter queue`,
      source: "Lambda Developer Guide, maximum concurrency for SQS event sources",
      remedy: `Set it to ${maximum} or more, lower maximumConcurrency, or leave it out.`,
      code: "RESERVED_BELOW_MAXIMUM",
    });
  }
  const most = reservableConcurrency(account.lambdaConcurrency);
  if (reserved > most) {
    broken.push({
      path: "consumer.reservedConcurrency",
      involves: ["consumer.reservedConcurrency", "account.lambdaConcurrency"],
      value: `${reserved}`,
      rule: `of the account's ${account.lambdaConcurrency} at most ${most} can be reserved, since ${limits.UNRESERVED_CONCURRENCY.value} stay for other functions`,
      source: limits.UNRESERVED_CONCURRENCY.source,
      remedy:
        most === 0
          ? "Leave it out, or ask AWS for more and say so in account.lambdaConcurrency."
          : `Set it to ${most} or less, or ask AWS for more and say so in account.lambdaConcurrency.`,
      code: "ACCOUNT_CONCURRENCY_EXCEEDED",
    });
  }
  return broken;
}

function queueRules({ queue, consumer }: Settings): BrokenRule[] {
  const broken: BrokenRule[] = [];
  if (queue.deadLetterRetentionDays < queue.retentionDays) {
    broken.push({
      path: "queue.deadLetterRetentionDays",
      involves: ["queue.deadLetterRetentionDays", "queue.retentionDays"],
      value: `${queue.deadLetterRetentionDays}`,
      rule: `it is below retentionDays ${queue.retentionDays}, and a message's age counts from when it was accepted: it could be deleted as it arrives`,
      source: "SQS Developer Guide, dead-letter queues and message retention",
      remedy: `Set it to ${queue.retentionDays} or more, or lower retentionDays.`,
      code: "RETENTION_ORDER",
    });
  }
  const retentionMinutes = queue.retentionDays * 24 * 60;
  if (queue.outageToleranceMinutes >= retentionMinutes) {
    broken.push({
      path: "queue.outageToleranceMinutes",
      involves: ["queue.outageToleranceMinutes", "queue.retentionDays"],
      value: `${queue.outageToleranceMinutes}`,
      rule: `messages are deleted after ${retentionMinutes} minutes (retentionDays ${queue.retentionDays})`,
      source: limits.QUEUE_RETENTION_DAYS.source,
      remedy: `Set it below ${retentionMinutes}, or raise retentionDays.`,
      code: "OUTAGE_TOLERANCE_TOO_LONG",
    });
  }
  const visibility = visibilityTimeoutSeconds(consumer);
  const receives = maxReceiveCount(queue.outageToleranceMinutes, visibility);
  if (receives > limits.QUEUE_RECEIVE_COUNT.max) {
    const most = Math.floor(((limits.QUEUE_RECEIVE_COUNT.max - limits.SPARE_RECEIVES.value) * visibility) / 60);
    broken.push({
      path: "queue.outageToleranceMinutes",
      involves: ["queue.outageToleranceMinutes", "consumer.timeoutSeconds", "consumer.batchWindowSeconds"],
      value: `${queue.outageToleranceMinutes}`,
      rule: `that is ${receives} receives at a visibility timeout of ${visibility} seconds, and a queue counts to ${limits.QUEUE_RECEIVE_COUNT.max}`,
      source: limits.QUEUE_RECEIVE_COUNT.source,
      remedy: `Set it to ${most} or less, or raise consumer.timeoutSeconds.`,
      code: "OUTAGE_TOLERANCE_TOO_LONG",
    });
  }
  return broken;
}

function expiryRules({ table, queue }: Settings): BrokenRule[] {
  const days = table.eventExpiryDays;
  // A redriven message is a new one for SQS and gets the events queue's whole retention again.
  const longest = queue.deadLetterRetentionDays + queue.retentionDays;
  if (days === undefined || days >= longest) return [];
  return [
    {
      path: "table.eventExpiryDays",
      involves: ["table.eventExpiryDays", "queue.deadLetterRetentionDays", "queue.retentionDays"],
      value: `${days}`,
      rule: `a redrive can bring a message back for ${longest} days, and it would be stored a second time`,
      source: "deadLetterRetentionDays + retentionDays (SQS Developer Guide, dead-letter queue redrive)",
      remedy: `Set it to ${longest} or more, or leave it out to keep events for ever.`,
      code: "EXPIRY_TOO_SHORT",
    },
  ];
}

function alarmRules(alarms: Settings["alarms"]): BrokenRule[] {
  if (alarms === undefined) return [];
  const given = [alarms.topicArn, alarms.email].filter((destination) => destination !== undefined).length;
  if (given === 1) return [];
  return [
    {
      path: "alarms",
      involves: ["alarms"],
      value: given === 0 ? "without a destination" : "given both topicArn and email",
      rule: "it takes exactly one of topicArn and email",
      source: "stacks/settings.ts",
      remedy: given === 0 ? "Set one, or leave out alarms." : "Keep one; a topic can have any number of subscriptions.",
      code: "ALARM_DESTINATION",
    },
  ];
}
