import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readPrices } from "../../../operate/capacity/price-file";
import { PRICES } from "../../../operate/prices";

let file: string;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "webhook-prices-"));
  file = join(folder, "prices.json");
});
afterAll(() => rmSync(folder, { recursive: true }));

test("prices of the account replace the list's, class by class; what is left out stays", () => {
  writeFileSync(file, JSON.stringify({ asOf: "2027-01", sqsPerMillion: 0, rdsPerHour: { "db.m7g.large": 0.2 } }));
  expect(readPrices(file)).toEqual({
    asOf: "2027-01",
    prices: { ...PRICES, sqsPerMillion: 0, rdsPerHour: { ...PRICES.rdsPerHour, "db.m7g.large": 0.2 } },
  });
});

test("without a date it is said which file they are from", () => {
  writeFileSync(file, "{}");
  expect(readPrices(file).asOf).toBe(`2026-11 but for ${file}`);
});

test.each([
  ['{"sqsPerMillion":"cheap","rdsPerHour":{"db.m7g.large":-1},"sqs":1}', /has 3 prices that cannot be used: /],
  ['{"sqs":1}', /has a price that cannot be used: .*"sqs"/],
  ["[]", /cannot be used/],
])("%s is refused, with every mistake", (content, message) => {
  writeFileSync(file, content);
  expect(() => readPrices(file)).toThrow(message);
  expect(() => readPrices(file)).toThrow(/\[CAPACITY_PRICES_INVALID\]$/);
});

test.each(["not JSON", undefined])("a file that is %j is refused as unreadable", (content) => {
  if (content === undefined) rmSync(file);
  else writeFileSync(file, content);
  expect(() => readPrices(file)).toThrow(/cannot be read as prices: .*\n.*\n.*\[CAPACITY_PRICES_UNREADABLE\]$/);
});
