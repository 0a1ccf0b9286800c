import { sparkline } from "../../../local/demo/chart";
import type { ConnectionsReport } from "../../../local/demo/connections-report";
import { percentile } from "../../../local/demo/percentile";
import { type DemoReport, isGood, renderReport, showsDamage } from "../../../local/demo/report";

const GOOD: DemoReport = {
  stack: "webhook-dev",
  ingress: "direct",
  withoutThrottle: false,
  sent: 10,
  accepted: 10,
  stored: 8,
  duplicates: 2,
  conflicts: 0,
  rejected: 0,
  failed: 0,
  deadLettered: 0,
  waiting: 0,
  lost: 0,
  twice: 0,
  ghosts: 0,
  lostRequestIds: [],
  highestConcurrency: 5,
  maximumConcurrency: 5,
  queueDepth: [
    { atMs: 0, visible: 0, inFlight: 0 },
    { atMs: 50, visible: 6, inFlight: 2 },
  ],
  latencyMs: { p50: 1, p95: 2, p99: 3 },
  webhooksPerSecond: 100,
  seconds: 1,
  speed: 120,
  faults: [],
};

const CONNECTIONS: ConnectionsReport = {
  highest: 5,
  highestOfAll: 9,
  budget: 12,
  maxConnections: 40,
  refused: 0,
  bystanderRefused: 0,
  bystander: { clients: 4, queries: 1_000, latencyMs: { p50: 110, p95: 120 } },
  retries: 3,
  loadMs: 20,
  overTime: [
    { atMs: 0, consumer: 0, all: 4 },
    { atMs: 25, consumer: 5, all: 9 },
  ],
};

const verdictOf = (report: DemoReport) => renderReport(report).trimEnd().split("\n").at(-1)?.trim();

test.each([
  ["nothing lost and no limit passed", {}, true, "Nothing lost, nothing twice, no limit passed."],
  [
    "a loss, by its request id",
    { lost: 2, lostRequestIds: ["r1", "r2"] },
    false,
    "NOT GOOD: 2 accepted and lost: request ids r1, r2.",
  ],
  ["an event that is there twice", { twice: 1 }, false, "NOT GOOD: 1 with more than one item."],
  ["a ghost", { ghosts: 1 }, false, "NOT GOOD: 1 stored without having been accepted."],
  ["a limit passed", { highestConcurrency: 6 }, false, "NOT GOOD: concurrency 6 passed the maximum of 5."],
  ["a call that no policy grants", { faults: ["s3:PutObject"] }, false, "NOT GOOD: s3:PutObject."],
] as const)("the verdict on %s", (_, change, good, verdict) => {
  const report = { ...GOOD, ...change };
  expect(isGood(report)).toBe(good);
  expect(verdictOf(report)).toBe(verdict);
});

test.each([
  ["nobody refused and the budget kept", {}, true, "Nothing lost, nothing twice, no limit passed."],
  ["the budget met exactly", { highest: 12 }, true, "Nothing lost, nothing twice, no limit passed."],
  ["a budget passed", { highest: 13 }, false, "NOT GOOD: 13 connections passed the budget of 12."],
  ["a consumer refused", { refused: 2 }, false, "NOT GOOD: 2 connections of the consumer refused."],
  ["a bystander refused", { bystanderRefused: 1 }, false, "NOT GOOD: 1 connections of the bystander refused."],
] as const)("the verdict on %s", (_, change, good, verdict) => {
  const report = { ...GOOD, connections: { ...CONNECTIONS, ...change } };
  expect(isGood(report)).toBe(good);
  expect(verdictOf(report)).toBe(verdict);
});

test("the connections stand in the report: against the budget, against the server, and what a bystander saw", () => {
  const lines = renderReport({ ...GOOD, connections: CONNECTIONS }).split("\n");
  const from = lines.findIndex((line) => line.includes("connections "));
  expect(lines.slice(from, from + 8)).toEqual([
    "  connections        5    █",
    "  budget            12   of these the consumer may hold",
    "  all together       9   connections, of max_connections 40",
    "  refused            0   connections of the consumer: no room",
    "  retries            3   messages that went back to the queue",
    "  bystander          0   connections refused: another application, 4 clients",
    "                  1000   of its queries answered, 110 ms at p50, 120 at p95",
    "  load              20   ms more a statement for each connection at work",
  ]);
});

const DAMAGED = { ...CONNECTIONS, highest: 37, refused: 80, bystanderRefused: 60 };

test("a counter-example says so at the top, has shown its point when both were refused, and lists what went wrong", () => {
  const report = { ...GOOD, withoutThrottle: true, connections: DAMAGED };
  expect([isGood(report), showsDamage(report)]).toEqual([false, true]);
  const lines = renderReport(report).split("\n");
  expect(lines[1]).toBe("  WITHOUT THE THROTTLE: no maximum concurrency, no connection limit.");
  expect(lines.slice(lines.indexOf("  As was to be shown, this is not good:"))).toEqual([
    "  As was to be shown, this is not good:",
    "    37 connections passed the budget of 12",
    "    80 connections of the consumer refused",
    "    60 connections of the bystander refused",
    "",
  ]);
});

test.each([
  ["the consumer", { refused: 0 }],
  ["the bystander", { bystanderRefused: 0 }],
])("a counter-example in which %s was not refused has shown nothing", (_, change) => {
  const report = { ...GOOD, withoutThrottle: true, connections: { ...DAMAGED, ...change } };
  expect(showsDamage(report)).toBe(false);
  expect(verdictOf(report)).toBe("NOT SHOWN: the database did not turn away both the consumer and the bystander.");
});

test("a report of large numbers stays within the 80 columns of a terminal", () => {
  const overTime = Array.from({ length: 500 }, (_, n) => ({ atMs: n, consumer: n % 60, all: n % 70 }));
  const bystander = { clients: 4, queries: 99_999, latencyMs: { p50: 2_222, p95: 3_333 } };
  const wide = renderReport({
    ...GOOD,
    stack: "postgres-sink-dev",
    withoutThrottle: true,
    maximumConcurrency: 60,
    queueDepth: overTime.map(({ atMs }) => ({ atMs, visible: atMs, inFlight: 1 })),
    seconds: 123.4,
    latencyMs: { p50: 11_111, p95: 22_222, p99: 33_333 },
    connections: { ...DAMAGED, maxConnections: 5_000, bystander, overTime },
  });
  expect(wide.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test.each([
  [[1, 2, 3, 4], 50, 2],
  [[1, 2, 3, 4], 99, 4],
  [[3, 1, 2], 0, 1],
  [[7], 95, 7],
])("percentile of %j at %d is %d", (values, p, expected) => {
  expect(percentile(values, p)).toBe(expected);
});

test.each([
  [[], 8, ""],
  [[0, 0], 8, "  "],
  [[0, 8, 4, 1], 8, " █▅▂"],
  [[1, 1, 9, 1], 2, "▁█"],
])("the sparkline of %j at width %d is %j", (values, width, expected) => {
  expect(sparkline(values, width)).toBe(expected);
});
