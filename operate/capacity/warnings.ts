/** What gives way under the planned traffic, or is close to it: each with its number and where that is from. Pure. */
import type { Course } from "./course";
import { count } from "./figures";
import { IN_FLIGHT_LIMIT } from "./simulated-queue";
import type { StackNumbers, Traffic } from "./stack-numbers";
import { concurrencyOf } from "./throughput";

export interface Warning {
  /** What gives way, in a few words. */
  readonly what: string;
  readonly numbers: string;
  readonly source: string;
}

export interface Planned {
  readonly numbers: StackNumbers;
  readonly traffic: Traffic;
  readonly throughputPerSecond: number;
  readonly course: Pick<Course, "highestInFlight" | "oldestAgeMs" | "deadLettered">;
  readonly isCutOff: boolean;
}

export const API_RATE = {
  perSecond: 10_000,
  burst: 5_000,
  source: "API Gateway quotas, requests a second of an account and Region",
} as const;
/** DynamoDB Developer Guide, "Partitions": a write unit is an entry of the index, keys only. */
const PARTITION_WRITES = { value: 1_000, source: "DynamoDB Developer Guide, burst and adaptive capacity" } as const;
/** What a publisher is taken to need for a request: measured in docs/choosing-an-ingress.md and rounded up. */
export const PUBLISHER_MS = 20;
/** From this share of a limit on it is said that the limit is near. */
const NEAR = 0.8;
const DAY_MS = 86_400_000;

export function warnings(planned: Planned): readonly Warning[] {
  return [api, account, storeTime, rate, inFlight, index, retention, receives, body].flatMap((rule) => rule(planned));
}

function api({ numbers, traffic }: Planned): Warning[] {
  const { perSecond, burst } =
    numbers.throttle === undefined
      ? API_RATE
      : {
          perSecond: Math.min(numbers.throttle.ratePerSecond, API_RATE.perSecond),
          burst: Math.min(numbers.throttle.burst, API_RATE.burst),
        };
  const source = numbers.throttle === undefined ? API_RATE.source : "the setting throttle, within the account's rate";
  const limit = `${count(perSecond)}/s and ${count(burst)} at once`;
  const found: Warning[] = [];
  if (traffic.ratePerSecond > perSecond)
    found.push({
      what: `The API answers 429 to ${count(traffic.ratePerSecond - perSecond)} requests a second`,
      numbers: `${count(traffic.ratePerSecond)}/s come, it takes ${limit}`,
      source,
    });
  // A bucket of `burst` tokens that is filled at the rate.
  const taken = burst + perSecond * traffic.burstSeconds;
  const come = traffic.burst + traffic.ratePerSecond * traffic.burstSeconds;
  if (traffic.burst > 0 && come > taken)
    found.push({
      what: `The API answers 429 to about ${count(come - taken)} requests of the burst`,
      numbers: `${count(come)} come in ${traffic.burstSeconds} s, it takes ${limit}`,
      source,
    });
  return found;
}

function account({ numbers, traffic }: Planned): Warning[] {
  const consumer = concurrencyOf(numbers.consumer);
  const perSecond = traffic.ratePerSecond + traffic.burst / Math.max(traffic.burstSeconds, 1);
  const publisher = numbers.ingress === "lambda" ? Math.ceil((perSecond * PUBLISHER_MS) / 1_000) : 0;
  const most = numbers.accountConcurrency;
  if (consumer + publisher <= most * NEAR) return [];
  return [
    {
      what: `Lambda ${consumer + publisher > most ? "throttles: over" : "is close to"} the account's concurrency`,
      numbers:
        publisher === 0
          ? `the consumer's ${count(consumer)} of ${count(most)}`
          : `the consumer's ${count(consumer)} and the publisher's ${count(publisher)} of ${count(most)}`,
      source: "Lambda quotas, concurrent executions; the setting account.lambdaConcurrency",
    },
  ];
}

function storeTime({ numbers, traffic }: Planned): Warning[] {
  const timeoutMs = numbers.consumer.timeoutSeconds * 1_000;
  if (traffic.storeMs < timeoutMs) return [];
  return [
    {
      what: "Nothing is ever stored: every invocation is ended by its timeout",
      numbers: `${count(traffic.storeMs)} ms for a batch, ${count(timeoutMs)} ms for an invocation`,
      source: "the setting consumer.timeoutSeconds",
    },
  ];
}

function rate({ numbers, traffic, throughputPerSecond }: Planned): Warning[] {
  if (traffic.ratePerSecond < throughputPerSecond || throughputPerSecond === 0) return [];
  const growth = traffic.ratePerSecond - throughputPerSecond;
  // The oldest message is as old as what is stored now lies behind what comes now.
  const lostAfterDays = growth === 0 ? undefined : (numbers.queue.retentionDays * traffic.ratePerSecond) / growth;
  return [
    {
      what:
        lostAfterDays === undefined
          ? "The queue never gets shorter"
          : `The queue grows without end, and loses events after ${lostAfterDays.toFixed(1)} days`,
      numbers: `${count(traffic.ratePerSecond)}/s come, ${count(throughputPerSecond)}/s are stored`,
      source: "maximum concurrency × batch ÷ store time; the setting queue.retentionDays",
    },
  ];
}

function inFlight({ course }: Planned): Warning[] {
  if (course.highestInFlight < IN_FLIGHT_LIMIT.value * NEAR) return [];
  return [
    {
      what: "The queue gives nothing out while too many messages are in flight",
      numbers: `${count(course.highestInFlight)} of ${count(IN_FLIGHT_LIMIT.value)}`,
      source: IN_FLIGHT_LIMIT.source,
    },
  ];
}

function index({ numbers, traffic, throughputPerSecond }: Planned): Warning[] {
  if (numbers.indexShards === undefined) return [];
  const most = numbers.indexShards * PARTITION_WRITES.value;
  const peak = Math.min(throughputPerSecond, traffic.ratePerSecond + traffic.burst);
  if (peak <= most) return [];
  return [
    {
      what: "The index throttles the table when the events are of one source",
      numbers: `${count(peak)} writes a second, ${numbers.indexShards} shards take ${count(most)} (table.indexShards)`,
      source: PARTITION_WRITES.source,
    },
  ];
}

function retention({ numbers, course, isCutOff }: Planned): Warning[] {
  const share = course.oldestAgeMs / (numbers.queue.retentionDays * DAY_MS);
  if (isCutOff || share < 0.25) return [];
  return [
    {
      what:
        share < 1
          ? "An alarm goes off: the oldest event is old"
          : "Events are lost: they outlive the queue's retention",
      numbers: `${(course.oldestAgeMs / DAY_MS).toFixed(1)} of ${numbers.queue.retentionDays} days`,
      source: "the setting queue.retentionDays; alarms at 25 % and 50 % of it",
    },
  ];
}

function receives({ numbers, course }: Planned): Warning[] {
  if (course.deadLettered === 0) return [];
  return [
    {
      what: `${count(course.deadLettered)} events go to the dead-letter queue`,
      numbers: `after ${numbers.queue.maxReceiveCount} receives`,
      source: "the setting queue.outageToleranceMinutes",
    },
  ];
}

function body({ numbers, traffic }: Planned): Warning[] {
  if (numbers.ingress === "lambda" || traffic.bodyBytes <= numbers.queue.maximumMessageBytes) return [];
  return [
    {
      what: "The queue refuses every event: the body is larger than a message (400)",
      numbers: `${count(traffic.bodyBytes)} of ${count(numbers.queue.maximumMessageBytes)} bytes; ingress "lambda" takes them`,
      source: "stacks/limits.ts, MESSAGE_BYTES",
    },
  ];
}
