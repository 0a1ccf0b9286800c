/**
 * `npm run bench:ingress`: what a sender waits for the answer, and what a million events cost, with each ingress. Both
 * stacks run here at the same time and are asked in turn. With --write the table in docs/choosing-an-ingress.md is
 * replaced.
 */
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { INGRESSES, type Ingress, projectRoot, synthesize } from "../cli/synthesize";
import { percentile } from "../local/demo/percentile";
import { type Sent, sendAll } from "../local/demo/send";
import type { Delivery } from "../local/demo/workload";
import { type LocalRun, startLocal } from "../local/start";
import { costPerMillion } from "../operate/cost";
import { PRICES_AS_OF } from "../operate/prices";

const KB = 1_024;
const BODY_KILOBYTES = [1, 10, 100] as const;
const REQUESTS = 200;
const WARM_UP_REQUESTS = 20;
const DOCUMENT = join(projectRoot, "docs/choosing-an-ingress.md");
/** GitHub's payloads are left with about this share by brotli quality 5 (docs: DynamoDB units 10.1 to 1.9). */
const COMPRESSED_SHARE = 0.15;
/** What one event costs of a function's time is taken from AWS's pricing unit, rounded up: see the document. */
const ASSUMED = { batchSize: 10, publisherMs: 20, consumerMs: 60, memoryMb: 256, compressedShare: COMPRESSED_SHARE };

async function main(): Promise<void> {
  const runs = new Map<Ingress, LocalRun>();
  try {
    for (const ingress of INGRESSES)
      runs.set(ingress, await startLocal(synthesize({ environment: "dev", stack: "webhook", ingress }), {}));
    const table = await measure(runs);
    process.stdout.write(`${table}\n`);
    if (process.argv.includes("--write")) replaceTable(table);
  } finally {
    for (const run of runs.values()) await run.stop();
  }
}

async function measure(runs: ReadonlyMap<Ingress, LocalRun>): Promise<string> {
  const firstMs = await firstAnswers(runs);
  const rows: string[] = [];
  for (const kilobytes of BODY_KILOBYTES) {
    const latencies = await latenciesOf(runs, kilobytes * KB);
    for (const [ingress, values] of latencies) {
      const { total } = costPerMillion({ ...ASSUMED, ingress, bodyBytes: kilobytes * KB });
      const [p50, p99] = [percentile(values, 50), percentile(values, 99)].map((ms) => ms.toFixed(1));
      const ratio = percentile(values, 50) / percentile(latencies.get("direct") ?? values, 50);
      rows.push(`| ${kilobytes} KB | ${ingress} | ${p50} | ${p99} | ${ratio.toFixed(1)} | ${total.toFixed(2)} |`);
    }
  }
  const [cpu] = cpus();
  return [
    "| body | ingress | p50 ms, here | p99 ms, here | p50 against direct | USD per million events |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
    `The first answer of a stack that was just started took ${firstMs.get("direct")} ms with direct and ${firstMs.get("lambda")} ms with lambda ingress, whose publisher starts with it: a fresh process, the bundle loaded, the request answered.`,
    "",
    `Measured with \`npm run bench:ingress\`: ${REQUESTS} requests each, one at a time, Node.js ${process.versions.node}, ${cpus().length} × ${cpu?.model.trim()}. Prices of ${PRICES_AS_OF}, us-east-1.`,
  ].join("\n");
}

/** Cold starts: what the first sender waits for. */
async function firstAnswers(runs: ReadonlyMap<Ingress, LocalRun>): Promise<ReadonlyMap<Ingress, string>> {
  const first = new Map<Ingress, string>();
  for (const [ingress, run] of runs) {
    const [sent] = await sendAll(run.url, [delivery(KB)], { connections: 1 });
    checkAccepted(sent);
    first.set(ingress, sent.latencyMs.toFixed(0));
  }
  return first;
}

/** One at a time and in turn, so that whatever else the machine does is spread over both. */
async function latenciesOf(
  runs: ReadonlyMap<Ingress, LocalRun>,
  bodyBytes: number,
): Promise<ReadonlyMap<Ingress, readonly number[]>> {
  const latencies = new Map([...runs.keys()].map((ingress) => [ingress, [] as number[]]));
  for (let round = -WARM_UP_REQUESTS; round < REQUESTS; round++) {
    for (const [ingress, run] of runs) {
      const [sent] = await sendAll(run.url, [delivery(bodyBytes)], { connections: 1 });
      checkAccepted(sent);
      if (round >= 0) latencies.get(ingress)?.push(sent.latencyMs);
    }
  }
  return latencies;
}

/** A quick run that refused events measures nothing. */
function checkAccepted(sent: Sent | undefined): asserts sent is Sent {
  if (sent === undefined || sent.status >= 300)
    throw new Error(`a request got ${sent?.status}: the measurement is void`);
}

function delivery(bodyBytes: number): Delivery {
  const body = Buffer.from(randomBytes(bodyBytes / 2).toString("hex"));
  return { purpose: "event", method: "POST", path: "/bench", headers: { "content-type": "application/json" }, body };
}

function replaceTable(table: string): void {
  const text = readFileSync(DOCUMENT, "utf8");
  const marked = /(<!-- measured -->\n)[\s\S]*(<!-- \/measured -->)/;
  if (!marked.test(text)) throw new Error(`${DOCUMENT} has no <!-- measured --> block`);
  writeFileSync(
    DOCUMENT,
    text.replace(marked, (_, begin: string, end: string) => `${begin}${table}\n${end}`),
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
  process.exitCode = 1;
});
