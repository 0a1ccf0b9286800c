import { ArrivalCurve } from "../../../operate/capacity/arrivals";
import { SimulatedQueue } from "../../../operate/capacity/simulated-queue";

/** Two events at 0 and one at 100. */
function threeEvents(maxReceiveCount = 5): SimulatedQueue {
  const arrivals = new ArrivalCurve([
    { atMs: 0, total: 2 },
    { atMs: 99, total: 2 },
    { atMs: 100, total: 3 },
  ]);
  return new SimulatedQueue(arrivals, { messageBytes: 1_024, maxReceiveCount });
}

test("messages are received in the order in which they became visible, those that failed too", () => {
  const queue = threeEvents();
  const [first] = queue.receive(1, 0);
  if (first === undefined) throw new Error("nothing was received");
  queue.hide(1);
  queue.show(first, 50);
  // The second came at 0, the first is visible again since 50, the third came at 100.
  expect(queue.receive(10, 200).map(({ origin, receives }) => [origin.sentAt, receives])).toEqual([
    [0, 1],
    [0, 2],
    [100, 1],
  ]);
  expect(queue.visible(200)).toBe(0);
});

test("a message is given out as often as the redrive policy allows, and then not again", () => {
  const queue = threeEvents(2);
  for (const at of [0, 10]) {
    const received = queue.receive(10, at);
    queue.hide(received.length);
    for (const message of received) queue.show(message, at + 5);
  }
  expect(queue.receive(10, 20)).toEqual([]);
  expect(queue).toMatchObject({ deadLettered: 2, inFlight: 0 });
});

test("the oldest message counts from when it came, in flight too, until it is deleted", () => {
  const queue = threeEvents();
  const both = queue.receive(2, 0);
  expect(queue.oldestAgeMs(60)).toBe(60);
  queue.delete(both);
  expect(queue.oldestAgeMs(60)).toBe(0);
  expect(queue.oldestAgeMs(130)).toBe(30);
});
