/** The result of a demonstration: as data for tools, and as a text a person understands at a glance. */
import type { Account } from "./account";
import { sparkline } from "./chart";
import { type ConnectionsReport, connectionComplaints, connectionLines } from "./connections-report";
import { row } from "./report-row";

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
  /** The counter-example: neither a maximum concurrency nor a connection limit. */
  readonly withoutThrottle: boolean;
  /** Highest number of invocations at the same time. */
  readonly highestConcurrency: number;
  /** What the synthesized event source mapping allows. */
  readonly maximumConcurrency: number;
  readonly queueDepth: readonly QueueDepth[];
  /** Of the database. Absent where the sink is a table. */
  readonly connections?: ConnectionsReport;
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

/** A run is good when nothing was lost, nothing came from nowhere, no limit was passed and nobody was refused. */
export function isGood(report: DemoReport): boolean {
  return complaints(report).length === 0;
}

/** A counter-example has shown what it is for when the database turned both away: the consumer and the bystander. */
export function showsDamage({ connections }: DemoReport): boolean {
  return connections !== undefined && connections.refused > 0 && connections.bystanderRefused > 0;
}

/** As wide as the charts of a report are: its lines stay within the 80 columns of a terminal. */
const CHART_WIDTH = 48;

export function renderReport(report: DemoReport): string {
  const { latencyMs, queueDepth, connections } = report;
  const waiting = queueDepth.map(({ visible, inFlight }) => visible + inFlight);
  const lines = [
    "",
    ...(report.withoutThrottle ? BANNER : []),
    `  ${report.stack} with ${report.ingress} ingress, long timers divided by ${report.speed}, in ${report.seconds.toFixed(1)} s`,
    "",
    row("sent", report.sent, ""),
    row("accepted", report.accepted, "answered with 2xx: from here on nothing may be lost"),
    row("stored", report.stored, "in the table, byte for byte"),
    row("duplicates", report.duplicates, "the same event again: absorbed"),
    row("conflicts", report.conflicts, "a known id with other content: recorded beside it"),
    row("rejected", report.rejected, "not what it claims to be: recorded with the reason"),
    row("failed", report.failed, "cannot be stored: recorded with the reason"),
    row("dead-lettered", report.deadLettered, "could not even be recorded: in the dead-letter queue"),
    ...(report.waiting === 0
      ? []
      : [row("waiting", report.waiting, "on the queue only, stored nowhere yet, when the run ended")]),
    row("lost", report.lost, "accepted, and nowhere to be found"),
    "",
    row("concurrency", report.highestConcurrency, roof(report)),
    ...(connections === undefined ? [] : connectionLines(connections, CHART_WIDTH)),
    row("queue depth", Math.max(0, ...waiting), sparkline(waiting, CHART_WIDTH)),
    row("latency", latencyMs.p50, `ms at p50, ${latencyMs.p95.toFixed(0)} at p95, ${latencyMs.p99.toFixed(0)} at p99`),
    row("throughput", report.webhooksPerSecond, "webhooks accepted per second"),
    "",
    ...verdict(report).map((line) => `  ${line}`),
    "",
  ];
  return lines.join("\n");
}

const BANNER = [
  "  WITHOUT THE THROTTLE: no maximum concurrency, no connection limit.",
  "  A demonstration of what these are for; never deploy a stack like this.",
  "",
];

const roof = ({ withoutThrottle, maximumConcurrency }: DemoReport): string =>
  withoutThrottle ? `of ${maximumConcurrency}, as many as this machine plays` : `of at most ${maximumConcurrency}`;

function verdict(report: DemoReport): readonly string[] {
  const wrong = complaints(report);
  if (!report.withoutThrottle)
    return [wrong.length === 0 ? "Nothing lost, nothing twice, no limit passed." : `NOT GOOD: ${wrong.join("; ")}.`];
  return showsDamage(report)
    ? ["As was to be shown, this is not good:", ...wrong.map((complaint) => `  ${complaint}`)]
    : ["NOT SHOWN: the database did not turn away both the consumer and the bystander."];
}

function complaints(report: DemoReport): readonly string[] {
  return [
    report.lost > 0 && `${report.lost} accepted and lost: request ids ${report.lostRequestIds.join(", ")}`,
    report.twice > 0 && `${report.twice} with more than one item`,
    report.ghosts > 0 && `${report.ghosts} stored without having been accepted`,
    report.highestConcurrency > report.maximumConcurrency &&
      `concurrency ${report.highestConcurrency} passed the maximum of ${report.maximumConcurrency}`,
    ...(report.connections === undefined ? [] : connectionComplaints(report.connections)),
    ...report.faults,
  ].filter((complaint) => complaint !== false);
}
