/** What a stack does with given traffic: what follows from its numbers, and what the simulation shows. Pure. */
import { arrivalPoints } from "./arrivals";
import type { Course } from "./course";
import type { Scenario } from "./scenario";
import { simulate } from "./simulation";
import type { StackNumbers, Traffic } from "./stack-numbers";
import { concurrencyOf, throughput } from "./throughput";
import { type Warning, warnings } from "./warnings";

export interface Plan {
  readonly numbers: StackNumbers;
  readonly traffic: Traffic;
  /** Events a second that the consumer stores when it has all its lanes. */
  readonly throughputPerSecond: number;
  /** When the queue begins to grow; -Infinity: before the burst already; undefined: never. */
  readonly growsAtMs: number | undefined;
  readonly course: Course;
  /** Whether the simulation was ended before the queue was empty again. */
  readonly isCutOff: boolean;
  /** From the start of the burst until all that had come was stored, reckoned on where cut off; undefined: never. */
  readonly drainsMs: number | undefined;
  readonly warnings: readonly Warning[];
}

/** The sustained rate alone comes first, so that the mapping has the lanes for it when the burst comes. */
export const LEAD_IN_MS = 60_000;
/** Simulated at most: what takes longer is reckoned on. */
const LONGEST_MS = 24 * 3_600_000;
const MOST_INVOCATIONS = 500_000;
/** The consumer holds a failing invocation until shortly before its timeout (functions/consume/brake.ts). */
const BRAKE_ENDS_BEFORE_MS = 500;

export function plan(numbers: StackNumbers, traffic: Traffic): Plan {
  const course = simulate(scenarioOf(numbers, traffic));
  const throughputPerSecond = throughput(numbers, traffic);
  const isCutOff = course.drainedAtMs === undefined;
  const drainsMs = drains(course, throughputPerSecond - traffic.ratePerSecond);
  return {
    numbers,
    traffic,
    throughputPerSecond,
    growsAtMs: growsAt(course, numbers),
    course,
    isCutOff,
    drainsMs,
    warnings: warnings({ numbers, traffic, throughputPerSecond, course, isCutOff }),
  };
}

function scenarioOf({ consumer, queue }: StackNumbers, traffic: Traffic): Scenario {
  const burstMs = traffic.burstSeconds * 1_000;
  const timeoutMs = consumer.timeoutSeconds * 1_000;
  const outageEndsMs = LEAD_IN_MS + traffic.outageSeconds * 1_000;
  const stored = { ms: Math.min(traffic.storeMs, timeoutMs), fails: traffic.storeMs >= timeoutMs };
  const braked = { ms: timeoutMs - BRAKE_ENDS_BEFORE_MS, fails: true };
  return {
    mapping: {
      batchSize: consumer.batchSize,
      windowMs: consumer.batchWindowSeconds * 1_000,
      maximumConcurrency: consumer.maximumConcurrency,
      reportsBatchItemFailures: true,
      visibilityTimeoutMs: queue.visibilityTimeoutSeconds * 1_000,
      maximumMessageBytes: queue.maximumMessageBytes,
      speed: 1,
    },
    arrivals: arrivalPoints({ ...traffic, burstAtMs: LEAD_IN_MS, burstMs, untilMs: LONGEST_MS }),
    invoke: ({ atMs }) => (atMs >= LEAD_IN_MS && atMs < outageEndsMs ? braked : stored),
    // A body over the queue's limit travels through S3.
    messageBytes: Math.min(traffic.bodyBytes, queue.maximumMessageBytes),
    maxReceiveCount: queue.maxReceiveCount,
    ...(consumer.reservedConcurrency === undefined ? {} : { reservedConcurrency: consumer.reservedConcurrency }),
    drainedFromMs: Math.max(LEAD_IN_MS + burstMs, outageEndsMs),
    tailMs: LEAD_OUT_MS,
    samplesFromMs: LEAD_IN_MS - LEAD_OUT_MS,
    untilMs: LONGEST_MS,
    maximumInvocations: MOST_INVOCATIONS,
  };
}

function drains({ drainedAtMs, endedAtMs, samples }: Course, perSecond: number): number | undefined {
  if (drainedAtMs !== undefined) return drainedAtMs - LEAD_IN_MS;
  const left = samples.at(-1)?.backlog ?? 0;
  return perSecond > 0 ? endedAtMs - LEAD_IN_MS + (left / perSecond) * 1_000 : undefined;
}

/** Shown of the quiet before the burst and after it. */
const LEAD_OUT_MS = 2_000;

/** Since when more than a batch for every lane waits, up to the highest backlog. */
function growsAt({ samples, highestBacklog }: Course, { consumer }: StackNumbers): Plan["growsAtMs"] {
  const usual = concurrencyOf(consumer) * consumer.batchSize;
  if (highestBacklog <= usual) return undefined;
  const top = samples.reduce((best, { backlog }, index) => (backlog > (samples[best]?.backlog ?? 0) ? index : best), 0);
  return samples.slice(0, top).findLast(({ backlog }) => backlog <= usual)?.atMs ?? Number.NEGATIVE_INFINITY;
}

/** Simulated of the sustained rate to see how full its batches are. */
const SUSTAINED_MS = 20_000;

/** Messages that an invocation gets between the bursts; the batch size where nothing comes then. */
export function sustainedBatch(numbers: StackNumbers, traffic: Traffic): number {
  const { stored, invocations } = simulate({
    ...scenarioOf(numbers, { ...traffic, burst: 0, outageSeconds: 0 }),
    drainedFromMs: SUSTAINED_MS,
    untilMs: SUSTAINED_MS,
    maximumInvocations: 100_000,
  });
  return stored === 0 ? numbers.consumer.batchSize : Math.max(1, stored / invocations);
}
