/** Runs the demonstration: starts a stack, sends, waits until the queue is empty, accounts for every delivery. */
import { setTimeout as sleep } from "node:timers/promises";
import { type LocalRun, startLocal } from "../start";
import { account } from "./account";
import { DatabaseWatch } from "./database-watch";
import { Operator } from "./look";
import { percentile } from "./percentile";
import { Progress } from "./progress";
import type { DemoReport, QueueDepth } from "./report";
import { sendAll, withMessageIds } from "./send";
import { CRASH_MARKER, demoWorkload } from "./workload";

/** As many senders at once as a busy webhook provider has connections. */
const CONNECTIONS = 32;
const SAMPLE_EVERY_MS = 50;
/** A run that has not ended by then will not. */
const GIVE_UP_MS = 180_000;
/**
 * A run without the throttle has that long once everything is sent. It may never end by itself: the environments that
 * found no connection try in vain, while those that have all of them are frozen.
 */
const UNTHROTTLED_END_MS = 30_000;

export interface DemoOptions {
  /** Divides the long timers. */
  readonly speed: number;
  /** How many events. @default each example of GitHub's once */
  readonly events?: number | undefined;
  /** Whether the stack was synthesized so. It then runs at a speed at which a crash would take too long to end. @default false */
  readonly withoutThrottle?: boolean | undefined;
  /** See LocalOptions. */
  readonly secretsFile: string;
}

/** @throws LocalRunError when the stack cannot be played */
export async function runDemo(stackDirectory: string, options: DemoOptions): Promise<DemoReport> {
  const run = await startLocal(stackDirectory, { speed: options.speed, secretsFile: options.secretsFile });
  const operator = new Operator(run);
  try {
    run.faults.crashMarker = CRASH_MARKER;
    return await demonstrate(run, operator, options);
  } finally {
    await operator.close();
    await run.stop();
  }
}

async function demonstrate(run: LocalRun, operator: Operator, options: DemoOptions): Promise<DemoReport> {
  const { speed, events, withoutThrottle = false } = options;
  const began = performance.now();
  const watch = await DatabaseWatch.start(run, began);
  const workload = demoWorkload(events).filter(({ purpose }) => !(withoutThrottle && purpose === "crash"));
  const remark = withoutThrottle ? "some will be left" : "the last one crashes until dead-lettered";
  const progress = new Progress(run.timeline, workload.length, remark);
  const sending = sendAll(run.url, workload, { connections: CONNECTIONS });
  const patienceMs = withoutThrottle ? UNTHROTTLED_END_MS : GIVE_UP_MS;
  const queueDepth = await sampleUntilEmpty(operator, began, sending, patienceMs).finally(async () => {
    progress.stop();
    await watch?.stop();
  });
  const watched = watch?.watched();

  const sent = withMessageIds(await sending, run.timeline);
  const latencies = sent.map(({ latencyMs }) => latencyMs);
  const sendingSeconds = Math.max(...sent.map(({ answeredAt }) => answeredAt - began)) / 1000;
  // In this order: what leaves the queue meanwhile is then found where it went.
  const waiting = waitingMessageIds(run);
  const deadLettered = await operator.deadLetteredMessageIds();
  const counts = account(sent, await operator.records(), { deadLettered, waiting });
  return {
    stack: run.stackName,
    ingress: run.ingress,
    withoutThrottle,
    ...counts,
    highestConcurrency: run.consumer.highestConcurrency,
    maximumConcurrency: run.maximumConcurrency,
    queueDepth,
    ...(watched === undefined ? {} : { connections: watched.connections }),
    latencyMs: { p50: percentile(latencies, 50), p95: percentile(latencies, 95), p99: percentile(latencies, 99) },
    webhooksPerSecond: counts.accepted / sendingSeconds,
    seconds: (performance.now() - began) / 1000,
    speed,
    faults: [
      ...run.refusedCalls,
      ...(watched?.faults ?? []),
      ...(waiting.size > 0 ? [`${waiting.size} messages of these and of stored events were left on the queue`] : []),
    ],
  };
}

/** Of the events queue, also while they are with the consumer: nobody can receive those. */
function waitingMessageIds({ endpoint, outputs }: LocalRun): ReadonlySet<string> {
  const queue = endpoint.queues.target({ QueueUrl: outputs.events_queue_url });
  return new Set(queue?.messages().map(({ id }) => id));
}

/**
 * Samples the queue's depth until everything is sent and the queue holds nothing, or it takes too long.
 * @param patienceMs how long it may take once everything is sent
 */
async function sampleUntilEmpty(
  operator: Operator,
  began: number,
  sending: Promise<unknown>,
  patienceMs: number,
): Promise<QueueDepth[]> {
  const samples: QueueDepth[] = [];
  let sentAt: number | undefined;
  const noLongerSending = () => {
    sentAt = performance.now();
  };
  sending.then(noLongerSending, noLongerSending);
  for (;;) {
    const allWereSentAt = sentAt;
    const depth = await operator.depth();
    samples.push({ atMs: Math.round(performance.now() - began), ...depth });
    const isEmpty = depth.visible + depth.inFlight === 0;
    if (allWereSentAt !== undefined && (isEmpty || performance.now() - allWereSentAt > patienceMs)) return samples;
    if (performance.now() - began > GIVE_UP_MS) return samples;
    await sleep(SAMPLE_EVERY_MS);
  }
}
