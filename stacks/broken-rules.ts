/** The rules between settings. Pure. */
import { maxReceiveCount, visibilityTimeoutSeconds } from "./capacity";
import { concurrencyRules } from "./concurrency-rules";
import type { BrokenRule } from "./errors";
import { domainRules, ingressRules } from "./ingress-rules";
import * as limits from "./limits";
import type { Settings } from "./settings";
import { stateRules } from "./state-settings";

/**
 * Every rule between settings that does not hold. Durations are in the settings' own units.
 * @param given the sections that stand in environments.ts, apart from those that have their defaults only
 */
export function brokenRules(settings: Settings, given: ReadonlySet<string>): BrokenRule[] {
  return [
    ...batchRules(settings.consumer),
    ...concurrencyRules(settings),
    ...queueRules(settings),
    ...expiryRules(settings),
    ...alarmRules(settings.alarms),
    ...ingressRules(settings, given),
    ...domainRules(settings),
    ...stateRules(settings),
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
