import fc from "fast-check";
import { ArrivalCurve, arrivalPoints } from "../../../operate/capacity/arrivals";

const LOAD = { ratePerSecond: 10, burst: 100, burstAtMs: 2_000, burstMs: 1_000, untilMs: 10_000 };

test.each([
  ["nothing before the first event", -1, 0],
  ["the rate before the burst", 1_000, 10],
  ["half of the burst in the middle of it", 2_500, 75],
  ["the whole burst and the rate after it", 5_000, 150],
  ["no more after the end", 20_000, 200],
])("counts %s", (_, atMs, arrived) => {
  expect(new ArrivalCurve(arrivalPoints(LOAD)).arrivedBy(atMs)).toBe(arrived);
});

test("a burst of no length comes all at once", () => {
  const curve = new ArrivalCurve(arrivalPoints({ ...LOAD, ratePerSecond: 0, burstMs: 0 }));
  expect([curve.arrivedBy(1_999), curve.arrivedBy(2_000)]).toEqual([0, 100]);
  expect(curve.timeOf(100)).toBe(2_000);
});

test("an event that never comes has no time", () => {
  expect(new ArrivalCurve(arrivalPoints(LOAD)).timeOf(201)).toBe(Number.POSITIVE_INFINITY);
});

test("every event has arrived at its own time and not before, at any rate", () => {
  const load = fc.record({
    ratePerSecond: fc.integer({ min: 0, max: 100_000 }),
    burst: fc.integer({ min: 0, max: 1_000_000 }),
    burstAtMs: fc.integer({ min: 0, max: 60_000 }),
    burstMs: fc.integer({ min: 0, max: 60_000 }),
    untilMs: fc.integer({ min: 120_000, max: 600_000 }),
  });
  fc.assert(
    fc.property(load, fc.double({ min: 0, max: 1, noNaN: true }), (given, share) => {
      const curve = new ArrivalCurve(arrivalPoints(given));
      fc.pre(curve.total > 0);
      const number = Math.max(1, Math.ceil(share * curve.total));
      const at = curve.timeOf(number);
      expect(curve.arrivedBy(at)).toBeGreaterThanOrEqual(number);
      expect(curve.arrivedBy(at - 0.01)).toBeLessThanOrEqual(Math.max(number, curve.arrivedBy(at) - 1));
    }),
  );
});
