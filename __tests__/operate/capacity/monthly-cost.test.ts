import { eventsAMonth, monthlyCost, totalOf } from "../../../operate/capacity/monthly-cost";
import { PRICES } from "../../../operate/prices";
import { stackNumbers, traffic } from "./planned-stack";

const DATABASE = { instanceClass: "db.t4g.medium", storageGb: 20, multiAz: false };
const postgres = (database: typeof DATABASE | undefined = DATABASE) =>
  stackNumbers({ sink: "postgres", indexShards: undefined, database });
const usd = (lines: ReturnType<typeof monthlyCost>, name: string) => lines.find(({ service }) => service === name)?.usd;

test("a month has 730 hours of the rate and a burst a day", () => {
  expect(eventsAMonth(traffic({ ratePerSecond: 1, burst: 100 }))).toBe(730 * 3_600 + 3_000);
});

test("a table costs by the event", () => {
  const lines = monthlyCost(stackNumbers(), traffic({ ratePerSecond: 10, burst: 0 }), 10, PRICES);
  expect(lines.map(({ service }) => service)).toEqual(["HTTP API", "SQS", "Lambda", "DynamoDB", "CloudWatch Logs"]);
  expect(usd(lines, "HTTP API")).toBeCloseTo(26.28);
  expect(totalOf(lines)).toBeCloseTo(lines.reduce((sum, { usd: each = 0 }) => sum + each, 0));
});

test("half-empty batches between the bursts cost more invocations", () => {
  const given = traffic({ ratePerSecond: 10, burst: 0 });
  const [full, single] = [10, 1].map((batch) => usd(monthlyCost(stackNumbers(), given, batch, PRICES), "Lambda") ?? 0);
  expect(single).toBeGreaterThan((full ?? 0) * 9);
});

test.each([
  ["in one zone", DATABASE, 0.065 * 730, 0.115 * 20],
  ["in two zones twice", { ...DATABASE, multiAz: true }, 2 * 0.065 * 730, 2 * 0.115 * 20],
])("a database costs by the hour and by its storage, %s", (_, database, instance, storage) => {
  const lines = monthlyCost(postgres(database), traffic(), 10, PRICES);
  expect(usd(lines, "RDS instance")).toBeCloseTo(instance);
  expect(usd(lines, "RDS storage")).toBeCloseTo(storage);
  expect(usd(lines, "DynamoDB")).toBeUndefined();
});

test("a class whose price is not known is said, and is not counted as nothing", () => {
  const lines = monthlyCost(postgres({ ...DATABASE, instanceClass: "db.x9.large" }), traffic(), 10, PRICES);
  expect(lines).toContainEqual({
    service: "RDS instance",
    usd: undefined,
    of: "no price of db.x9.large: give it with --prices",
  });
});

test("a database that is there anyway costs nothing more", () => {
  const existing = stackNumbers({ sink: "postgres", indexShards: undefined });
  expect(usd(monthlyCost(existing, traffic(), 10, PRICES), "RDS")).toBe(0);
});
