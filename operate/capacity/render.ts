/** A plan as a text for a terminal of 80 columns. Pure. */
import { backlogChart } from "./chart";
import { count, dollars, duration } from "./figures";
import { BURSTS_A_MONTH, type CostLine, eventsAMonth, totalOf } from "./monthly-cost";
import { LEAD_IN_MS, type Plan } from "./plan";
import { IN_FLIGHT_LIMIT } from "./simulated-queue";
import { concurrencyOf } from "./throughput";
import { wrapped } from "./wrapped";

const NAME = 15;

export function renderPlan(plan: Plan, cost: readonly CostLine[], pricesAsOf: string): string {
  return [
    "",
    `${title(plan)}`,
    "",
    ...rows(plan).flatMap(([name, text]) => row(name, text)),
    "",
    ...chart(plan),
    "",
    ...costRows(plan, cost, pricesAsOf),
    "",
    ...warningRows(plan),
    "",
  ].join("\n");
}

export const title = ({ numbers: { stack, sink, ingress } }: Plan): string =>
  `${stack}: ${sink === "dynamodb" ? "DynamoDB" : "PostgreSQL"} behind ${ingress} ingress`;

/** What is said of a plan, as name and text; also for the HTML page. */
export function rows(plan: Plan): readonly (readonly [string, string])[] {
  const { numbers, traffic, course, throughputPerSecond } = plan;
  const { consumer, queue, accountConcurrency } = numbers;
  const atMost = concurrencyOf(consumer);
  const outage = traffic.outageSeconds === 0 ? [] : [`the sink is down for ${duration(traffic.outageSeconds * 1_000)}`];
  const burst =
    traffic.burst === 0 ? [] : [`${count(traffic.burst)} more within ${duration(traffic.burstSeconds * 1_000)}`];
  return [
    ["traffic", [`${count(traffic.ratePerSecond)} events/s all the time`, ...burst, ...outage].join(", ")],
    ["", `${count(traffic.bodyBytes)} bytes a body, ${count(traffic.storeMs)} ms for a batch`],
    [
      "throughput",
      `${count(throughputPerSecond)} events/s = ${atMost} at once × ${consumer.batchSize} a batch ÷ ${count(traffic.storeMs)} ms`,
    ],
    ["queue grows", grows(plan)],
    ["deepest", `${count(course.highestBacklog)} events wait`],
    ["drained", drained(plan)],
    [
      "in flight",
      `${count(course.highestInFlight)} at most, of ${count(IN_FLIGHT_LIMIT.value)} (${IN_FLIGHT_LIMIT.source})`,
    ],
    [
      "oldest event",
      `${plan.isCutOff ? "at least " : ""}${duration(course.oldestAgeMs)}; the queue keeps ${queue.retentionDays} days`,
    ],
    ["concurrency", `${course.highestConcurrency} at once, of ${atMost}; the account has ${count(accountConcurrency)}`],
    ...(course.deadLettered === 0 ? [] : [["dead-lettered", `${count(course.deadLettered)} events`] as const]),
  ];
}

function grows({ growsAtMs, throughputPerSecond }: Plan): string {
  return `when more than ${count(throughputPerSecond)} events/s come, or more than the lanes that are open store; here: ${whenGrows(growsAtMs)}`;
}

function whenGrows(atMs: number | undefined): string {
  if (atMs === undefined) return "never";
  if (atMs === Number.NEGATIVE_INFINITY) return "all the time";
  return `from ${duration(Math.max(0, atMs - LEAD_IN_MS))} after the burst begins`;
}

function drained({ drainsMs, isCutOff }: Plan): string {
  if (drainsMs === undefined) return "never: more comes than is stored";
  return `${duration(drainsMs)} after the burst begins${isCutOff ? " (reckoned on from where the simulation ends)" : ""}`;
}

function chart({ course: { samples } }: Plan): readonly string[] {
  return ["  events that wait; 0 s is when the burst begins", ...backlogChart(samples, LEAD_IN_MS)];
}

function costRows({ traffic }: Plan, cost: readonly CostLine[], pricesAsOf: string): readonly string[] {
  const isWhole = cost.every(({ usd }) => usd !== undefined);
  const bursts = traffic.burst === 0 ? "" : `, with ${BURSTS_A_MONTH} such bursts`;
  return [
    ...wrapped(
      `  USD a month for ${count(eventsAMonth(traffic))} events${bursts}; list prices of ${pricesAsOf}, us-east-1`,
      2,
    ),
    ...cost.map(({ service, usd, of }) => costRow(service, usd, of)),
    costRow(isWhole ? "total" : "total of these", totalOf(cost)),
  ];
}

function costRow(service: string, usd: number | undefined, of = ""): string {
  return `  ${service.padEnd(NAME)}${dollars(usd).padStart(12)}   ${of}`.trimEnd();
}

function warningRows({ warnings }: Plan): readonly string[] {
  if (warnings.length === 0) return ["  Nothing gives way."];
  return [
    `  ${warnings.length === 1 ? "This gives way" : "These give way"}:`,
    ...warnings.flatMap(({ what, numbers, source }) => [
      ...wrapped(`  ! ${what}`, 4),
      ...wrapped(`    ${numbers}`, 4),
      ...wrapped(`    Source: ${source}`, 4),
    ]),
  ];
}

const row = (name: string, text: string): readonly string[] => wrapped(`  ${name.padEnd(NAME)}${text}`, NAME + 2);
