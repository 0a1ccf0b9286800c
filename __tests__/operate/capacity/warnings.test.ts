import type { StackNumbers, Traffic } from "../../../operate/capacity/stack-numbers";
import { throughput } from "../../../operate/capacity/throughput";
import { type Planned, warnings } from "../../../operate/capacity/warnings";
import { stackNumbers, traffic } from "./planned-stack";

const DAY_MS = 86_400_000;
const CALM: Planned["course"] = { highestInFlight: 200, oldestAgeMs: 2_000, deadLettered: 0 };

function told(
  numbers: StackNumbers,
  given: Traffic,
  { course = {}, isCutOff = false }: { course?: Partial<Planned["course"]>; isCutOff?: boolean } = {},
) {
  return warnings({
    numbers,
    traffic: given,
    throughputPerSecond: throughput(numbers, given),
    course: { ...CALM, ...course },
    isCutOff,
  });
}

test("nothing is warned of under traffic that everything bears", () => {
  expect(told(stackNumbers(), traffic({ ratePerSecond: 100 }))).toEqual([]);
});

const lanes = (maximumConcurrency: number) => ({ consumer: { maximumConcurrency } });
const THROTTLE = { ratePerSecond: 100, burst: 50 };

test.each([
  [
    "the account's rate of the API",
    told(stackNumbers({ indexShards: 16, ...lanes(700) }), traffic({ ratePerSecond: 12_000, burst: 0 })),
    "The API answers 429 to 2,000 requests a second",
    "12,000/s come, it takes 10,000/s and 5,000 at once",
  ],
  [
    "a burst over the API's bucket, which fills at the rate",
    told(stackNumbers(), traffic({ burst: 30_000, burstSeconds: 2 })),
    "The API answers 429 to about 5,000 requests of the burst",
    "30,000 come in 2 s, it takes 10,000/s and 5,000 at once",
  ],
  [
    "the stage's own throttle",
    told(stackNumbers({ throttle: THROTTLE }), traffic({ burst: 1_000 })),
    "The API answers 429 to about 850 requests of the burst",
    "1,000 come in 1 s, it takes 100/s and 50 at once",
  ],
  [
    "the account's concurrency, with the publisher's share of a burst",
    told(stackNumbers({ ingress: "lambda", accountConcurrency: 100 }), traffic({ burst: 4_500 })),
    "Lambda throttles: over the account's concurrency",
    "the consumer's 20 and the publisher's 90 of 100",
  ],
  [
    "an account's concurrency that is nearly used up",
    told(stackNumbers({ accountConcurrency: 24 }), traffic()),
    "Lambda is close to the account's concurrency",
    "the consumer's 20 of 24",
  ],
  [
    "a batch that takes longer than an invocation may",
    told(stackNumbers(), traffic({ storeMs: 30_000 })),
    "Nothing is ever stored: every invocation is ended by its timeout",
    "30,000 ms for a batch, 30,000 ms for an invocation",
  ],
  [
    "a rate above the throughput, with the day on which the first event is lost",
    told(stackNumbers(), traffic({ ratePerSecond: 4_000, burst: 0 })),
    "The queue grows without end, and loses events after 28.0 days",
    "4,000/s come, 2,000/s are stored",
  ],
  [
    "a rate that is just the throughput",
    told(stackNumbers(), traffic({ ratePerSecond: 2_000, burst: 0 })),
    "The queue never gets shorter",
    "2,000/s come, 2,000/s are stored",
  ],
  [
    "messages in flight near the queue's limit",
    told(stackNumbers(), traffic(), { course: { highestInFlight: 100_000 } }),
    "The queue gives nothing out while too many messages are in flight",
    "100,000 of 120,000",
  ],
  [
    "an index partition",
    told(stackNumbers({ indexShards: 1 }), traffic()),
    "The index throttles the table when the events are of one source",
    "2,000 writes a second, 1 shards take 1,000 (table.indexShards)",
  ],
  [
    "an age that sets off the alarm",
    told(stackNumbers(), traffic(), { course: { oldestAgeMs: 5 * DAY_MS } }),
    "An alarm goes off: the oldest event is old",
    "5.0 of 14 days",
  ],
  [
    "an age beyond the retention",
    told(stackNumbers(), traffic(), { course: { oldestAgeMs: 15 * DAY_MS } }),
    "Events are lost: they outlive the queue's retention",
    "15.0 of 14 days",
  ],
  [
    "dead-lettered events",
    told(stackNumbers(), traffic(), { course: { deadLettered: 1_234 } }),
    "1,234 events go to the dead-letter queue",
    "after 45 receives",
  ],
  [
    "a body that is no message",
    told(stackNumbers(), traffic({ bodyBytes: 300_000 })),
    "The queue refuses every event: the body is larger than a message (400)",
    '300,000 of 262,144 bytes; ingress "lambda" takes them',
  ],
])("%s is warned of, with its number and its source", (_, found, what, numbers) => {
  expect(found).toEqual([{ what, numbers, source: expect.stringMatching(/.{10}/) }]);
});

test("a large body is no matter behind a publisher, and an index none without a table", () => {
  expect(told(stackNumbers({ ingress: "lambda" }), traffic({ bodyBytes: 300_000 }))).toEqual([]);
  const postgres = stackNumbers({ sink: "postgres", indexShards: undefined, ...lanes(500) });
  expect(told(postgres, traffic())).toEqual([]);
});
