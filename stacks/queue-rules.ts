/** How long messages are kept, and how long an outage of the sink they survive. Pure. */
import { maxReceiveCount, visibilityTimeoutSeconds } from "./capacity";
import { consumersOf, type PlacedConsumer } from "./consumer-settings";
import type { BrokenRule } from "./errors";
import * as limits from "./limits";
import type { Settings } from "./settings";

export function queueRules(settings: Settings): BrokenRule[] {
  const { queue } = settings;
  return [...retentionRules(queue), ...consumersOf(settings).flatMap((placed) => receiveRules(queue, placed))];
}

function retentionRules(queue: Settings["queue"]): BrokenRule[] {
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
  return broken;
}

/** A queue counts the receives of its own consumer. */
function receiveRules(queue: Settings["queue"], { path, consumer }: PlacedConsumer): BrokenRule[] {
  const visibility = visibilityTimeoutSeconds(consumer);
  const receives = maxReceiveCount(queue.outageToleranceMinutes, visibility);
  if (receives <= limits.QUEUE_RECEIVE_COUNT.max) return [];
  const most = Math.floor(((limits.QUEUE_RECEIVE_COUNT.max - limits.SPARE_RECEIVES.value) * visibility) / 60);
  return [
    {
      path: "queue.outageToleranceMinutes",
      involves: ["queue.outageToleranceMinutes", `${path}.timeoutSeconds`, `${path}.batchWindowSeconds`],
      value: `${queue.outageToleranceMinutes}`,
      rule: `that is ${receives} receives at a visibility timeout of ${visibility} seconds, and a queue counts to ${limits.QUEUE_RECEIVE_COUNT.max}`,
      source: limits.QUEUE_RECEIVE_COUNT.source,
      remedy: `Set it to ${most} or less, or raise ${path}.timeoutSeconds.`,
      code: "OUTAGE_TOLERANCE_TOO_LONG",
    },
  ];
}
