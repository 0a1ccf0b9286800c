import { Throttle } from "../../local/throttle";

const clock = () => {
  let at = 0;
  return { now: () => at, pass: (milliseconds: number) => (at += milliseconds) };
};
const admitted = (throttle: Throttle, requests: number): number =>
  Array.from({ length: requests }, () => throttle.admits()).filter(Boolean).length;

test("it admits the burst at once and refuses what is over it", () => {
  const throttle = new Throttle({ ratePerSecond: 10, burst: 5 }, clock().now);
  expect(admitted(throttle, 20)).toBe(5);
});

test("it admits the rate from then on", () => {
  const { now, pass } = clock();
  const throttle = new Throttle({ ratePerSecond: 10, burst: 5 }, now);
  admitted(throttle, 5);
  pass(99);
  expect(admitted(throttle, 5)).toBe(0);
  pass(1);
  expect(admitted(throttle, 5)).toBe(1);
  pass(300);
  expect(admitted(throttle, 5)).toBe(3);
});

test("an idle hour saves up no more than the burst", () => {
  const { now, pass } = clock();
  const throttle = new Throttle({ ratePerSecond: 10, burst: 5 }, now);
  pass(3_600_000);
  expect(admitted(throttle, 100)).toBe(5);
});

test.each([
  ["rate", { ratePerSecond: 0, burst: 0 }],
  ["burst", { ratePerSecond: 100, burst: 0 }],
])("a %s of 0 refuses every request", (_, limits) => {
  const { now, pass } = clock();
  const throttle = new Throttle(limits, now);
  pass(10_000);
  expect(admitted(throttle, 10)).toBe(0);
});
