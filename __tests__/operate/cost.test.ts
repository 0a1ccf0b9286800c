import { costPerMillion, type EventShape } from "../../operate/cost";
import { PRICES } from "../../operate/prices";

const KB = 1_024;
const EVENT: EventShape = {
  ingress: "direct",
  bodyBytes: KB,
  compressedShare: 1,
  batchSize: 10,
  publisherMs: 20,
  consumerMs: 50,
  memoryMb: 256,
};

test("a million 1 KB events through direct ingress, by service", () => {
  const cost = costPerMillion(EVENT);
  expect(cost.httpApi).toBeCloseTo(1.0);
  expect(cost.sqs).toBeCloseTo((1 + 0.1 + 0.1) * 0.4);
  expect(cost.dynamoDb).toBeCloseTo((2 + 1) * 0.625);
  expect(cost.s3).toBe(0);
  expect(cost.lambda).toBeCloseTo(0.1 * 0.2 + 1e6 * 0.005 * 0.25 * PRICES.lambdaPerGbSecond);
  expect(cost.total).toBeCloseTo(cost.httpApi + cost.sqs + cost.lambda + cost.dynamoDb + cost.logs);
});

test.each([
  ["a publisher costs an invocation an event", { ingress: "lambda" }, "lambda", 0.2],
  ["a second 64 KB step is a second SQS request", { bodyBytes: 100 * KB }, "sqs", 0.4],
  ["compression saves write units", { bodyBytes: 10 * KB, compressedShare: 0.2 }, "dynamoDb", 0],
] as const)("%s", (_, change, service, atLeast) => {
  const [before, after] = [costPerMillion(EVENT), costPerMillion({ ...EVENT, ...change })];
  expect(after[service] - before[service]).toBeGreaterThanOrEqual(atLeast);
});

test("a body over the queue's limit is written to S3 and read once, and copied when the item cannot hold it", () => {
  const large = { ...EVENT, ingress: "lambda", bodyBytes: 300 * KB } as const;
  expect(costPerMillion(large).s3).toBeCloseTo(5.4);
  expect(costPerMillion({ ...large, bodyBytes: 1_024 * KB }).s3).toBeCloseTo(10.4);
});

test("prices can be those of the account", () => {
  expect(costPerMillion(EVENT, { ...PRICES, httpApiPerMillion: 0.5 }).httpApi).toBeCloseTo(0.5);
});

test("a database costs nothing by the event, and holds every body itself: what went through S3 is not copied there", () => {
  const large = { ...EVENT, ingress: "lambda", sink: "postgres", bodyBytes: 1_024 * KB } as const;
  expect(costPerMillion(large)).toMatchObject({ dynamoDb: 0, s3: PRICES.s3PutPerMillion + PRICES.s3GetPerMillion });
});
