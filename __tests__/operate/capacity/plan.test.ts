import { plan, sustainedBatch } from "../../../operate/capacity/plan";
import { throughput } from "../../../operate/capacity/throughput";
import { stackNumbers, traffic } from "./planned-stack";

test.each([
  ["concurrency × batch ÷ store time", {}, {}, 2_000],
  ["half of it with twice the store time", {}, { storeMs: 200 }, 1_000],
  ["reserved concurrency where that is lower", { maximumConcurrency: 2, reservedConcurrency: 1 }, {}, 100],
  ["nothing where a batch takes longer than an invocation may", { timeoutSeconds: 10 }, { storeMs: 10_000 }, 0],
])("the throughput is %s", (_, consumer, change, perSecond) => {
  expect(throughput(stackNumbers({ consumer }), traffic(change))).toBe(perSecond);
});

test("a burst on top of a rate: deeper than what is stored meanwhile, and drained by what the rate leaves", () => {
  const consumer = { maximumConcurrency: 5 };
  const made = plan(stackNumbers({ consumer }), traffic({ ratePerSecond: 100 }));
  // 500/s are stored: of 4,100 in the first second 3,600 are left, which go by 400/s.
  expect(made.course.highestBacklog).toBeGreaterThan(3_500);
  expect(made.course.highestBacklog).toBeLessThan(3_700);
  expect(made.drainsMs).toBeGreaterThan(9_500);
  expect(made.drainsMs).toBeLessThan(10_500);
  expect(made.growsAtMs).toBeGreaterThan(59_000);
  expect(made.growsAtMs).toBeLessThan(61_000);
  expect(made.isCutOff).toBe(false);
  expect(made.warnings).toEqual([]);
});

test("the mapping opens its lanes over time: a burst takes longer than the throughput alone would say", () => {
  const { drainsMs, throughputPerSecond } = plan(stackNumbers(), traffic({ burst: 10_000 }));
  expect(drainsMs).toBeGreaterThan((10_000 / throughputPerSecond) * 1_000 + 1_000);
});

test("a burst within what the open lanes store does not make the queue grow", () => {
  expect(plan(stackNumbers(), traffic({ burst: 100, burstSeconds: 10 })).growsAtMs).toBeUndefined();
});

test("more than is stored never drains, and grows from the beginning", () => {
  const made = plan(stackNumbers(), traffic({ ratePerSecond: 3_000 }));
  expect(made).toMatchObject({ drainsMs: undefined, isCutOff: true, growsAtMs: Number.NEGATIVE_INFINITY });
});

test("what takes too long to simulate to the end is reckoned on", () => {
  const made = plan(stackNumbers({ consumer: { batchSize: 1 } }), traffic({ burst: 2_000_000, ratePerSecond: 100 }));
  expect(made.isCutOff).toBe(true);
  // 200/s are stored and 100/s come.
  expect(made.drainsMs).toBeGreaterThan(19_000_000);
  expect(made.drainsMs).toBeLessThan(21_000_000);
});

test("while the sink is down nothing is stored, each message loses one receive a visibility timeout, none is lost", () => {
  const made = plan(stackNumbers(), traffic({ ratePerSecond: 10, burst: 100, outageSeconds: 3_600 }));
  expect(made.course.deadLettered).toBe(0);
  expect(made.drainsMs).toBeGreaterThan(3_600_000);
  expect(made.course.oldestAgeMs).toBeGreaterThan(3_600_000);
});

test("an outage beyond the receives sends events to the dead-letter queue", () => {
  const made = plan(stackNumbers({ queue: { maxReceiveCount: 5 } }), traffic({ burst: 100, outageSeconds: 3_600 }));
  expect(made.course.deadLettered).toBe(100);
  expect(made.warnings.map(({ what }) => what)).toEqual(["100 events go to the dead-letter queue"]);
});

test("between bursts a batch has what there is; where nothing comes it counts as full", () => {
  expect(sustainedBatch(stackNumbers(), traffic({ ratePerSecond: 10 }))).toBe(1);
  expect(sustainedBatch(stackNumbers(), traffic({ ratePerSecond: 1_900 }))).toBeGreaterThan(5);
  expect(sustainedBatch(stackNumbers(), traffic())).toBe(10);
});
