import { sparkline } from "../../../local/demo/chart";
import { type DemoReport, isGood, percentile, renderReport } from "../../../local/demo/report";

const GOOD: DemoReport = {
  stack: "webhook-dev",
  ingress: "direct",
  sent: 10,
  accepted: 10,
  stored: 8,
  duplicates: 2,
  conflicts: 0,
  rejected: 0,
  failed: 0,
  deadLettered: 0,
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
  expect(renderReport(report).trimEnd().split("\n").at(-1)?.trim()).toBe(verdict);
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
