/**
 * `npm run bench:simulation`: the same burst in the local run and in the capacity simulation. The consumer is replaced
 * by a function that takes a constant time, so that what is compared is queue and mapping. What this machine adds (a
 * poll, a call between processes, the start of a process) is measured in a run of its own, with other numbers than
 * those compared, and given to the simulation. It claims agreement with the local run, not with AWS.
 * Exits with 1 when drain time or highest concurrency differ by more than 10 %.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { synthesize } from "../cli/synthesize";
import { sendAll } from "../local/demo/send";
import type { Delivery } from "../local/demo/workload";
import { mappingSettings } from "../local/mapping-resources";
import { type LocalRun, startLocal } from "../local/start";
import type { TimelineEntry } from "../local/timeline";
import type { ArrivalPoint } from "../operate/capacity/arrivals";
import type { Scenario } from "../operate/capacity/scenario";
import { simulate } from "../operate/capacity/simulation";
import { median } from "./median";

interface Burst {
  readonly events: number;
  readonly maximumConcurrency: number;
  readonly storeMs: number;
}

const CALIBRATION: Burst = { events: 400, maximumConcurrency: 4, storeMs: 400 };
const COMPARED: readonly Burst[] = [
  { events: 2_000, maximumConcurrency: 8, storeMs: 400 },
  { events: 4_000, maximumConcurrency: 20, storeMs: 1_000 },
];
const TOLERANCE = 0.1;
const CONNECTIONS = 16;
const LONGEST_MS = 120_000;

/** What this machine adds. */
type Overhead = Required<Pick<Scenario, "pollMs" | "environmentStartMs">>;

interface Seen {
  readonly drainMs: number;
  readonly highestConcurrency: number;
}

interface LocalResult extends Seen {
  readonly mapping: Scenario["mapping"];
  readonly arrivals: readonly ArrivalPoint[];
  readonly overhead: Overhead;
}

async function main(): Promise<void> {
  const stack = synthesize({ environment: "dev", stack: "webhook" });
  const { overhead } = await runLocally(stack, CALIBRATION);
  const rows: string[] = [];
  let isWithin = true;
  for (const burst of COMPARED) {
    const local = await runLocally(stack, burst);
    const simulated = inSimulation(local, burst, overhead);
    for (const [name, here, there] of [
      ["drain time, s", local.drainMs / 1_000, simulated.drainMs / 1_000],
      ["highest concurrency", local.highestConcurrency, simulated.highestConcurrency],
    ] as const) {
      const ratio = there / here;
      isWithin &&= Math.abs(ratio - 1) <= TOLERANCE;
      const scenario = `${burst.events} events, ${burst.maximumConcurrency} at once, ${burst.storeMs} ms`;
      rows.push(`| ${scenario} | ${name} | ${here.toFixed(1)} | ${there.toFixed(1)} | ${ratio.toFixed(3)} |`);
    }
  }
  const [cpu] = cpus();
  const lines = [
    "| scenario | | local run | simulation | ratio |",
    "|---|---|---|---|---|",
    ...rows,
    "",
    `This machine adds ${overhead.pollMs.toFixed(1)} ms to a batch and ${overhead.environmentStartMs.toFixed(0)} ms to the first of an execution environment: measured with ${CALIBRATION.events} events, ${CALIBRATION.maximumConcurrency} at once, ${CALIBRATION.storeMs} ms.`,
    `Node.js ${process.versions.node}, ${cpus().length} × ${cpu?.model.trim()}, load ${loadavg()[0]?.toFixed(1)}.`,
    isWithin ? "Within 10 %." : "NOT within 10 %.",
    "",
  ];
  process.stdout.write(lines.join("\n"));
  process.exitCode = isWithin ? 0 : 1;
}

function inSimulation({ mapping, arrivals }: LocalResult, { storeMs }: Burst, overhead: Overhead): Seen {
  const course = simulate({ mapping, arrivals, invoke: () => ({ ms: storeMs, fails: false }), ...overhead });
  return { drainMs: course.endedAtMs, highestConcurrency: course.highestConcurrency };
}

async function runLocally(stack: string, burst: Burst): Promise<LocalResult> {
  const folder = mkdtempSync(join(tmpdir(), "webhook-bench-"));
  let run: LocalRun | undefined;
  try {
    cpSync(stack, folder, { recursive: true });
    holdStoreTime(folder, burst);
    run = await startLocal(folder);
    const sent = await sendAll(run.url, deliveries(burst.events), { connections: CONNECTIONS });
    const refused = sent.find(({ status }) => status >= 300);
    if (refused !== undefined) throw new Error(`a request got ${refused.status}: the measurement is void`);
    await run.timeline.until({ step: "deleted" }, { withinMs: LONGEST_MS, count: burst.events });
    return result(run, burst);
  } finally {
    await run?.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Another maximum concurrency, and in place of the consumer a function that only takes its time. */
function holdStoreTime(folder: string, { maximumConcurrency, storeMs }: Burst): void {
  const file = join(folder, "cdk.tf.json");
  const text = readFileSync(file, "utf8");
  const [, source] = /"source_file": "([^"]+)"/.exec(text) ?? [];
  if (source === undefined) throw new Error(`${file} has no archive with a source_file`);
  writeFileSync(file, text.replace(/("maximum_concurrency": )\d+/, `$1${maximumConcurrency}`));
  writeFileSync(
    join(folder, source),
    `exports.handler = () => new Promise((resolve) => setTimeout(resolve, ${storeMs}, { batchItemFailures: [] }));\n`,
  );
}

function deliveries(count: number): Delivery[] {
  const headers = { "content-type": "application/json" };
  return Array.from({ length: count }, (_, index) => ({
    purpose: "event",
    method: "POST",
    path: "/bench",
    headers,
    body: Buffer.from(`{"number":${index}}`),
  }));
}

function result(run: LocalRun, burst: Burst): LocalResult {
  const queuedAt = times(run, "queued");
  const startedAt = queuedAt[0] ?? 0;
  const [mapping] = run.template.resources("aws_lambda_event_source_mapping");
  const queue = mapping && run.endpoint.queues.byArn(String(mapping.properties.event_source_arn));
  if (mapping === undefined || queue === undefined) throw new Error("the stack has no event source mapping");
  return {
    mapping: mappingSettings(mapping, queue, 1),
    arrivals: queuedAt.map((at, index) => ({ atMs: at - startedAt, total: index + 1 })),
    drainMs: (times(run, "deleted").at(-1) ?? 0) - startedAt,
    highestConcurrency: run.consumer.highestConcurrency,
    overhead: overheadOf(run, burst),
  };
}

function times(run: LocalRun, step: TimelineEntry["step"]): number[] {
  return run.timeline
    .entries({ step })
    .map(({ at }) => at)
    .sort((one, other) => one - other);
}

/**
 * A lane that is always busy does a batch each store time and what the machine adds, so the batches of an environment
 * follow each other by that much. The first one of an environment waits for its process, from its poll on.
 */
function overheadOf(run: LocalRun, { storeMs }: Burst): Overhead {
  const polledAt = new Map(run.timeline.entries({ step: "polled" }).map(({ messageId, at }) => [messageId, at]));
  const batches = new Map<string, number[]>();
  const starts: number[] = [];
  for (const { at, messageId, facts } of run.timeline.entries({ step: "invoked" })) {
    const environment = String(facts?.environment);
    const before = batches.get(environment);
    if (before === undefined) starts.push(at - (polledAt.get(messageId) ?? at));
    // The messages of a batch are told one after the other.
    if (before === undefined) batches.set(environment, [at]);
    else if (at - (before.at(-1) ?? 0) > storeMs / 2) before.push(at);
  }
  const cycles = [...batches.values()].flatMap((at) => at.slice(1).map((one, index) => one - (at[index] ?? one)));
  return { pollMs: Math.max(0, median(cycles) - storeMs), environmentStartMs: median(starts) };
}

main().catch((error: unknown) => {
  process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
  process.exitCode = 1;
});
