/**
 * How many connections a database can promise, and how many what logs in to it may want. Pure; the arithmetic comes
 * with the numbers.
 */
import * as limits from "./database-limits";

/** A function that logs in, with one connection an execution environment. */
export interface DatabaseClient {
  /** As a reader knows it: "consumer". */
  readonly name: string;
  /** Invocations at once, at most. */
  readonly invocationsAtOnce: number;
}

export interface ConnectionBudgetInput {
  /** Of the server. */
  readonly maxConnections: number;
  readonly vcpus: number;
  /** Connections promised to other applications of the same server. */
  readonly others: number;
  /** Connections of operators, of RDS itself and of the migrations. */
  readonly administrative: number;
  /** Versions of the code that hold connections at once: frozen environments of the old one keep theirs. */
  readonly deployOverlap: number;
  readonly busyPerVcpu: number;
  /** Whether RDS Proxy stands in between: a frozen environment keeps its connection to the proxy only. @default false */
  readonly proxy?: boolean;
  /** The one whose invocations at once are asked about. */
  readonly consumer: DatabaseClient;
  /** What else logs in. */
  readonly beside: readonly DatabaseClient[];
}

/** A line of the arithmetic; what is taken away is negative. */
export interface BudgetLine {
  readonly text: string;
  readonly value: number;
  readonly source?: string;
}

export interface ConnectionBudget {
  readonly lines: readonly BudgetLine[];
  readonly byConnections: number;
  readonly byCpu: number;
  /** The lower of both, not below 0: what all clients together may hold. */
  readonly budget: number;
  /** What they hold at most. More than the budget: it does not fit. */
  readonly demand: number;
  /** What the server may allow the consumer's user: the budget without the other clients. */
  readonly consumerLimit: number;
  /** Invocations of the consumer at once that fit; 0 when none. A mapping takes 1 only with reserved concurrency 1. */
  readonly fits: number;
}

export function connectionBudget(input: ConnectionBudgetInput): ConnectionBudget {
  const { maxConnections, vcpus, others, administrative, busyPerVcpu, consumer, beside } = input;
  const versions = input.proxy === true ? 1 : input.deployOverlap;
  const shared = Math.floor(maxConnections * limits.CONNECTION_SHARE.value);
  const reserved = limits.SUPERUSER_RESERVED_CONNECTIONS;
  const byConnections = shared - reserved.value - administrative - others;
  const byCpu = vcpus * busyPerVcpu * versions;
  const budget = Math.max(0, Math.min(byConnections, byCpu));

  const perInvocation = limits.CONNECTIONS_PER_ENVIRONMENT.value * versions;
  const wanted = (client: DatabaseClient) => client.invocationsAtOnce * perInvocation;
  const besideDemand = beside.reduce((sum, client) => sum + wanted(client), 0);
  const demand = wanted(consumer) + besideDemand;
  const consumerLimit = Math.max(0, budget - besideDemand);
  const times = versions === 1 ? "" : ` × ${versions} versions`;
  const demandLine = (client: DatabaseClient, source: string): BudgetLine => ({
    text: `${client.name}: ${client.invocationsAtOnce} at once × ${limits.CONNECTIONS_PER_ENVIRONMENT.value} connection${times}`,
    value: wanted(client),
    source,
  });
  return {
    lines: [
      {
        text: `${maxConnections} connections × ${limits.CONNECTION_SHARE.value}, rounded down`,
        value: shared,
        source: limits.CONNECTION_SHARE.source,
      },
      { text: "reserved for superusers", value: -reserved.value, source: reserved.source },
      { text: "administrative", value: -administrative, source: "connections.administrative" },
      { text: "promised to others", value: -others, source: "connections.others" },
      { text: "budget by connections", value: byConnections },
      {
        text: `budget by CPU: ${vcpus} vCPUs × ${busyPerVcpu} busy${times}`,
        value: byCpu,
        source: "connections.busyPerVcpu; frozen environments of the old version are not busy",
      },
      { text: "budget, the lower of both", value: budget },
      demandLine(consumer, limits.CONNECTIONS_PER_ENVIRONMENT.source),
      ...beside.map((client) => demandLine(client, "connections.deployOverlap")),
      { text: "demand", value: demand },
    ],
    byConnections,
    byCpu,
    budget,
    demand,
    consumerLimit,
    fits: Math.floor(consumerLimit / perInvocation),
  };
}

/** The arithmetic as aligned text, a line each; sources in a column of their own. */
export function budgetText(lines: readonly BudgetLine[]): string[] {
  const numbers = Math.max(...lines.map(({ value }) => String(value).length));
  const texts = Math.max(...lines.map(({ text }) => text.length));
  return lines.map(({ text, value, source }) =>
    `${String(value).padStart(numbers)}  ${text.padEnd(texts)}  ${source ?? ""}`.trimEnd(),
  );
}
