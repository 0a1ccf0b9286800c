/** What a run says about the connections of its database: the figures, their lines in the report, what is wrong. Pure. */
import type { Experience } from "./bystander";
import { sparkline } from "./chart";
import type { ConnectionsSample } from "./connections";
import { percentile } from "./percentile";
import { row } from "./report-row";

export interface ConnectionsReport {
  /** Of the consumer's user, at most. */
  readonly highest: number;
  /** Of everybody, at most. */
  readonly highestOfAll: number;
  /** How many the consumer's user may hold: the stack's output `connection_budget`. */
  readonly budget: number;
  /** What the server takes from everybody, its superusers included. */
  readonly maxConnections: number;
  /** Connections of the consumer that the database refused. */
  readonly refused: number;
  /** Connections of the other application that the database refused. */
  readonly bystanderRefused: number;
  readonly bystander: BystanderReport;
  /** Messages that went back to the queue, to be tried again. */
  readonly retries: number;
  /** How much longer a statement takes for each connection of the consumer that is at work: the database is busy. */
  readonly loadMs: number;
  readonly overTime: readonly ConnectionsSample[];
}

export interface BystanderReport {
  readonly clients: number;
  readonly queries: number;
  /** From connecting to the answer. */
  readonly latencyMs: { readonly p50: number; readonly p95: number };
}

export function bystanderReport(clients: number, { queries, latenciesMs }: Experience): BystanderReport {
  return { clients, queries, latencyMs: { p50: percentile(latenciesMs, 50), p95: percentile(latenciesMs, 95) } };
}

/** Each of at most 80 columns. */
export function connectionLines(report: ConnectionsReport, chartWidth: number): readonly string[] {
  const { highest, budget, maxConnections, highestOfAll, bystander, bystanderRefused } = report;
  const held = report.overTime.map(({ consumer }) => consumer);
  const { p50, p95 } = bystander.latencyMs;
  return [
    row("connections", highest, sparkline(held, chartWidth)),
    row("budget", budget, "of these the consumer may hold"),
    row("all together", highestOfAll, `connections, of max_connections ${maxConnections}`),
    row("refused", report.refused, "connections of the consumer: no room"),
    row("retries", report.retries, "messages that went back to the queue"),
    row("bystander", bystanderRefused, `connections refused: another application, ${bystander.clients} clients`),
    row("", bystander.queries, `of its queries answered, ${p50.toFixed(0)} ms at p50, ${p95.toFixed(0)} at p95`),
    row("load", report.loadMs, "ms more a statement for each connection at work"),
  ];
}

/** What must not be; empty for a good run. */
export function connectionComplaints(report: ConnectionsReport): readonly string[] {
  const { highest, budget, refused, bystanderRefused } = report;
  return [
    ...(highest > budget ? [`${highest} connections passed the budget of ${budget}`] : []),
    ...(refused > 0 ? [`${refused} connections of the consumer refused`] : []),
    ...(bystanderRefused > 0 ? [`${bystanderRefused} connections of the bystander refused`] : []),
  ];
}
