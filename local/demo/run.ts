/** Runs the demonstration: starts a stack, sends, waits until the queue is empty, accounts for every delivery. */
import { setTimeout as sleep } from "node:timers/promises";
import { type LocalRun, startLocal } from "../start";
import { account } from "./account";
import { Operator } from "./look";
import { Progress } from "./progress";
import { type DemoReport, percentile, type QueueDepth } from "./report";
import { sendAll, withMessageIds } from "./send";
import { CRASH_MARKER, demoWorkload } from "./workload";

/** As many senders at once as a busy webhook provider has connections. */
const CONNECTIONS = 32;
const SAMPLE_EVERY_MS = 50;
/** A run that has not ended by then will not. */
const GIVE_UP_MS = 120_000;

/**
 * @param speed divides the long timers
 * @throws LocalRunError when the stack cannot be played
 */
export async function runDemo(stackDirectory: string, { speed }: { speed: number }): Promise<DemoReport> {
  const run = await startLocal(stackDirectory, { speed });
  const operator = new Operator(run);
  try {
    run.faults.crashMarker = CRASH_MARKER;
    return await demonstrate(run, operator, speed);
  } finally {
    operator.close();
    await run.stop();
  }
}

async function demonstrate(run: LocalRun, operator: Operator, speed: number): Promise<DemoReport> {
  const began = performance.now();
  const workload = demoWorkload();
  const progress = new Progress(run.timeline, workload.length);
  const sending = sendAll(run.url, workload, { connections: CONNECTIONS });
  const queueDepth = await sampleUntilEmpty(operator, began, sending).finally(() => progress.stop());

  const sent = withMessageIds(await sending, run.timeline);
  const latencies = sent.map(({ latencyMs }) => latencyMs);
  const sendingSeconds = Math.max(...sent.map(({ answeredAt }) => answeredAt - began)) / 1000;
  const counts = account(sent, await operator.records(), await operator.deadLetteredMessageIds());
  const { visible = 0, inFlight = 0 } = queueDepth.at(-1) ?? {};
  return {
    stack: run.stackName,
    ingress: run.ingress,
    ...counts,
    highestConcurrency: run.consumer.highestConcurrency,
    maximumConcurrency: run.maximumConcurrency,
    queueDepth,
    latencyMs: { p50: percentile(latencies, 50), p95: percentile(latencies, 95), p99: percentile(latencies, 99) },
    webhooksPerSecond: counts.accepted / sendingSeconds,
    seconds: (performance.now() - began) / 1000,
    speed,
    faults: [
      ...run.refusedCalls,
      ...(visible + inFlight > 0 ? [`the queue was not empty after ${GIVE_UP_MS / 1000} s`] : []),
    ],
  };
}

/** Samples the queue's depth until everything is sent and the queue holds nothing, or it takes too long. */
async function sampleUntilEmpty(operator: Operator, began: number, sending: Promise<unknown>): Promise<QueueDepth[]> {
  const samples: QueueDepth[] = [];
  let isSending = true;
  const noLongerSending = () => {
    isSending = false;
  };
  sending.then(noLongerSending, noLongerSending);
  for (;;) {
    const wasSending = isSending;
    const depth = await operator.depth();
    samples.push({ atMs: Math.round(performance.now() - began), ...depth });
    const isEmpty = depth.visible + depth.inFlight === 0;
    if ((!wasSending && isEmpty) || performance.now() - began > GIVE_UP_MS) return samples;
    await sleep(SAMPLE_EVERY_MS);
  }
}
