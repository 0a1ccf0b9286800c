import fc from "fast-check";
import type { MappingSettings } from "../../../local/mapping-batch";
import { arrivalPoints } from "../../../operate/capacity/arrivals";
import type { Scenario } from "../../../operate/capacity/scenario";
import { simulate } from "../../../operate/capacity/simulation";

const MAPPING: MappingSettings = {
  batchSize: 10,
  windowMs: 0,
  maximumConcurrency: 5,
  reportsBatchItemFailures: true,
  visibilityTimeoutMs: 60_000,
  maximumMessageBytes: 262_144,
  speed: 1,
};

type Change = Omit<Partial<Scenario>, "mapping"> & { readonly mapping?: Partial<MappingSettings> };

const run = ({ mapping = {}, ...change }: Change = {}) =>
  simulate({
    mapping: { ...MAPPING, ...mapping },
    arrivals: [{ atMs: 0, total: 1_000 }],
    invoke: () => ({ ms: 100, fails: false }),
    ...change,
  });

test("a burst on five lanes takes as long as its batches do one after the other on each", () => {
  const course = run();
  expect(course).toMatchObject({
    stored: 1_000,
    invocations: 100,
    highestConcurrency: 5,
    highestBacklog: 1_000,
    highestInFlight: 50,
    drainedAtMs: 2_000,
  });
});

test.each([
  ["a poll that takes time adds it to every batch", { pollMs: 20 }, 2_400],
  ["an execution environment that starts adds it once", { environmentStartMs: 300 }, 2_300],
  ["reserved concurrency of one leaves one batch at a time", { reservedConcurrency: 1 }, 11_000],
])("%s", (_, change, drainedAtMs) => {
  expect(run(change).drainedAtMs).toBeGreaterThanOrEqual(drainedAtMs);
  expect(run(change).drainedAtMs).toBeLessThan(drainedAtMs * 1.2);
});

test("more is thrown away than reserved concurrency lets in, and comes back", () => {
  const course = run({ reservedConcurrency: 1 });
  expect(course).toMatchObject({ highestConcurrency: 1, stored: 1_000, deadLettered: 0 });
});

test("at a rate that the lanes bear, nothing waits and events are stored one by one", () => {
  const arrivals = arrivalPoints({ ratePerSecond: 20, burst: 0, burstAtMs: 0, burstMs: 0, untilMs: 60_000 });
  const course = run({ arrivals });
  expect(course.stored).toBe(1_200);
  expect(course.largestBatch).toBe(1);
  expect(course.highestBacklog).toBeLessThanOrEqual(1);
});

test("a batching window fills the batch, and no event waits longer for it", () => {
  const arrivals = arrivalPoints({ ratePerSecond: 20, burst: 0, burstAtMs: 0, burstMs: 0, untilMs: 60_000 });
  const course = run({ arrivals, mapping: { windowMs: 5_000, batchSize: 100 } });
  expect(course.stored).toBe(1_200);
  expect(course.largestBatch).toBeGreaterThan(15);
  expect(course.oldestAgeMs).toBeLessThanOrEqual(5_200);
});

test("at a rate above the throughput the backlog grows by the difference", () => {
  const arrivals = arrivalPoints({ ratePerSecond: 700, burst: 0, burstAtMs: 0, burstMs: 0, untilMs: 60_000 });
  const course = run({ arrivals, untilMs: 60_000 });
  expect(course.drainedAtMs).toBeUndefined();
  expect(course.highestBacklog).toBeGreaterThan(200 * 58);
  expect(course.highestBacklog).toBeLessThan(200 * 61);
  expect(course.samples.at(-1)?.oldestAgeMs).toBeGreaterThan(15_000);
});

test("a failed batch is seen again after its visibility timeout, and is not lost", () => {
  const course = run({
    arrivals: [{ atMs: 0, total: 10 }],
    invoke: ({ number }) => ({ ms: 100, fails: number === 0 }),
  });
  expect(course).toMatchObject({ stored: 10, deadLettered: 0 });
  expect(course.drainedAtMs).toBeGreaterThan(60_000);
  expect(course.drainedAtMs).toBeLessThan(61_000);
  // Its age runs on from when it came.
  expect(course.oldestAgeMs).toBeGreaterThan(59_000);
});

test("what fails on every receive is dead-lettered after as many as the redrive policy allows", () => {
  const course = run({ maxReceiveCount: 3, invoke: () => ({ ms: 100, fails: true }) });
  expect(course).toMatchObject({ stored: 0, deadLettered: 1_000 });
  expect(course.invocations).toBeGreaterThanOrEqual(300);
});

test("never more than 120,000 messages are in flight", () => {
  const course = run({
    arrivals: [{ atMs: 0, total: 150_000 }],
    mapping: { batchSize: 10_000, windowMs: 1_000, maximumConcurrency: 1_000 },
    invoke: () => ({ ms: 60_000, fails: false }),
  });
  expect(course.highestInFlight).toBe(120_000);
  expect(course.stored).toBe(150_000);
});

test("every event is stored or dead-lettered, within all limits, whatever comes and whatever fails", () => {
  const scenario = fc.record({
    burst: fc.integer({ min: 0, max: 2_000 }),
    ratePerSecond: fc.integer({ min: 0, max: 200 }),
    maximumConcurrency: fc.integer({ min: 2, max: 30 }),
    batchSize: fc.integer({ min: 1, max: 30 }),
    failEvery: fc.integer({ min: 1, max: 20 }),
    maxReceiveCount: fc.integer({ min: 1, max: 5 }),
    pollMs: fc.integer({ min: 0, max: 50 }),
  });
  fc.assert(
    fc.property(
      scenario,
      ({ burst, ratePerSecond, maximumConcurrency, batchSize, failEvery, maxReceiveCount, pollMs }) => {
        const load = { ratePerSecond, burst, burstAtMs: 500, burstMs: 333, untilMs: 5_000 };
        const course = run({
          arrivals: arrivalPoints(load),
          mapping: { maximumConcurrency, batchSize, windowMs: batchSize > 10 ? 1_000 : 0 },
          invoke: ({ number }) => ({ ms: 70, fails: (number + 1) % failEvery === 0 }),
          maxReceiveCount,
          pollMs,
        });
        expect(course.stored + course.deadLettered).toBe(burst + ratePerSecond * 5);
        expect(course.highestConcurrency).toBeLessThanOrEqual(maximumConcurrency);
        expect(course.largestBatch).toBeLessThanOrEqual(batchSize);
        expect(course.highestInFlight).toBeLessThanOrEqual(maximumConcurrency * batchSize + course.highestBacklog);
      },
    ),
    { numRuns: 60 },
  );
});

test("keeps few samples however long it takes, evenly and up to the end", () => {
  const { samples, endedAtMs } = run({ arrivals: [{ atMs: 0, total: 100_000 }] });
  expect(samples.length).toBeGreaterThanOrEqual(500);
  expect(samples.length).toBeLessThan(1_000);
  const [first, second] = samples;
  const step = (second?.atMs ?? 0) - (first?.atMs ?? 0);
  expect(samples.map(({ atMs }) => atMs)).toEqual(samples.map((_, index) => index * step));
  expect(samples.at(-1)?.atMs).toBeGreaterThan(endedAtMs - 2 * step);
});

/** Processor time, which other work of the machine does not add to. */
function processorMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

test.each([
  ["a hundred times the events wait", { events: 300_000, lanes: 100 }, { events: 30_000_000, lanes: 100 }],
  ["a hundred times the lanes are open", { events: 300_000, lanes: 10 }, { events: 300_000, lanes: 1_000 }],
])("an invocation costs about the same when %s", (_, few, many) => {
  const work = ({ events, lanes }: typeof few) =>
    run({
      arrivals: [{ atMs: 0, total: events }],
      mapping: { maximumConcurrency: lanes },
      invoke: () => ({ ms: 1_000, fails: false }),
      maximumInvocations: 30_000,
    });
  // In turn, and the least of each: the first pays for the compiler.
  const rounds = [1, 2, 3].map(() => [processorMs(() => work(few)), processorMs(() => work(many))] as const);
  const [least, most] = [Math.min(...rounds.map(([one]) => one)), Math.min(...rounds.map(([, other]) => other))];
  expect(most / least).toBeLessThan(10);
});

test("events that come at 100,000 a second are all worked off by enough lanes", () => {
  const course = run({
    arrivals: arrivalPoints({ ratePerSecond: 100_000, burst: 0, burstAtMs: 0, burstMs: 0, untilMs: 10_000 }),
    mapping: { maximumConcurrency: 1_000 },
  });
  expect(course.stored).toBe(1_000_000);
});
