import { renderBudget } from "../../../operate/capacity/budget-table";
import { connectionBudget } from "../../../stacks/capacity";

test("shows the arithmetic line by line, each with its source, and what would fit", () => {
  const budget = connectionBudget({
    maxConnections: 40,
    vcpus: 2,
    others: 10,
    administrative: 5,
    deployOverlap: 2,
    busyPerVcpu: 5,
    consumer: { name: "consumer", invocationsAtOnce: 5 },
    beside: [{ name: "retention job", invocationsAtOnce: 1 }],
  });
  const text = renderBudget("postgres-sink-dev", budget);
  expect(text).toMatch(
    /^\npostgres-sink-dev: its functions hold 12 connections at most, of a budget of 14\n\n {6}32 {2}40 connections × 0\.8, rounded down\n/,
  );
  // The numbers add up, as a reader would do it.
  const values = [...text.matchAll(/^ +(-?\d+) {2}/gm)].map(([, value]) => Number(value));
  expect(values).toEqual([32, -3, -5, -10, 14, 20, 14, 10, 2, 12]);
  expect(text).toContain("The server lets the consumer's user have 12 (CONNECTION LIMIT).");
  expect(text).toContain("A maximum concurrency of up to 6 would fit.");
  expect(text.split("\n").filter((line) => line.length > 80)).toEqual([]);
});
