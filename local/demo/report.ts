/** The result of a demonstration: as data for tools, and as a text a person understands at a glance. */
import type { Account } from "./account";
import { sparkline } from "./chart";

/** What the queue held at one moment. */
export interface QueueDepth {
  /** Milliseconds since the run began. */
  readonly atMs: number;
  readonly visible: number;
  readonly inFlight: number;
}

export interface DemoReport extends Account {
  readonly stack: string;
  /** How requests came onto the queue. */
  readonly ingress: "direct" | "lambda";
  /** Highest number of invocations at the same time. */
  readonly highestConcurrency: number;
  /** What the synthesized event source mapping allows. */
  readonly maximumConcurrency: number;
  readonly queueDepth: readonly QueueDepth[];
  /** As the senders saw it, in milliseconds. */
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number };
  /** Accepted webhooks per second while they were sent. */
  readonly webhooksPerSecond: number;
  /** From the first request to the empty queue. */
  readonly seconds: number;
  /** Factor by which the long timers were divided. */
  readonly speed: number;
  /** What broke the run apart from losses: calls that no policy grants, for example. */
  readonly faults: readonly string[];
}

/** A run is good when nothing was lost, nothing came from nowhere, and no limit was passed. */
export function isGood(report: DemoReport): boolean {
  return (
    report.lost === 0 &&
    report.twice === 0 &&
    report.ghosts === 0 &&
    report.highestConcurrency <= report.maximumConcurrency &&
    report.faults.length === 0
  );
}

/** @param values at least one; p in 0…100 (nearest rank) */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((p / 100) * sorted.length) - 1)] ?? 0;
}

const CHART_WIDTH = 48;

export function renderReport(report: DemoReport): string {
  const { latencyMs, queueDepth } = report;
  const waiting = queueDepth.map(({ visible, inFlight }) => visible + inFlight);
  const rows: [string, number, string][] = [
    ["sent", report.sent, ""],
    ["accepted", report.accepted, "answered with 2xx: from here on nothing may be lost"],
    ["stored", report.stored, "in the table, byte for byte"],
    ["duplicates", report.duplicates, "the same event again: absorbed"],
    ["conflicts", report.conflicts, "a known id with other content: recorded beside it"],
    ["rejected", report.rejected, "not what it claims to be: recorded with the reason"],
    ["failed", report.failed, "cannot be stored: recorded with the reason"],
    ["dead-lettered", report.deadLettered, "could not even be recorded: in the dead-letter queue"],
    ["lost", report.lost, "accepted, and nowhere to be found"],
  ];
  const lines = [
    "",
    `  ${report.stack} with ${report.ingress} ingress, long timers divided by ${report.speed}, ${report.seconds.toFixed(1)} s in all`,
    "",
    ...rows.map(([name, count, meaning]) => `  ${name.padEnd(14)}${String(count).padStart(6)}   ${meaning}`.trimEnd()),
    "",
    `  concurrency   ${String(report.highestConcurrency).padStart(6)}   of at most ${report.maximumConcurrency}`,
    `  queue depth   ${String(Math.max(0, ...waiting)).padStart(6)}   ${sparkline(waiting, CHART_WIDTH)}`,
    `  latency       ${latencyMs.p50.toFixed(0).padStart(6)}   ms at p50, ${latencyMs.p95.toFixed(0)} at p95, ${latencyMs.p99.toFixed(0)} at p99`,
    `  throughput    ${report.webhooksPerSecond.toFixed(0).padStart(6)}   webhooks accepted per second`,
    "",
    `  ${verdict(report)}`,
    "",
  ];
  return lines.join("\n");
}

function verdict(report: DemoReport): string {
  if (isGood(report)) return "Nothing lost, nothing twice, no limit passed.";
  const complaints = [
    report.lost > 0 && `${report.lost} accepted and lost: request ids ${report.lostRequestIds.join(", ")}`,
    report.twice > 0 && `${report.twice} with more than one item`,
    report.ghosts > 0 && `${report.ghosts} stored without having been accepted`,
    report.highestConcurrency > report.maximumConcurrency &&
      `concurrency ${report.highestConcurrency} passed the maximum of ${report.maximumConcurrency}`,
    ...report.faults,
  ].filter((complaint) => complaint !== false);
  return `NOT GOOD: ${complaints.join("; ")}.`;
}
