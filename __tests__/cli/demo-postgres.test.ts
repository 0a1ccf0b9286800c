/** The demonstration of what the connection budget is for: with the throttle, and without it. */
import { demo } from "./demo-report";

test("with --stack postgres-sink a burst is stored within the connection budget, and a bystander does not notice", async () => {
  const { exitCode, stdout, stderr, report } = await demo("--stack", "postgres-sink", "--events", "500");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/^\n {2}postgres-sink-dev with direct ingress, /);
  expect(stdout).toContain("Nothing lost, nothing twice, no limit passed.");
  expect(report).toMatchObject({
    withoutThrottle: false,
    ...{ sent: 559, accepted: 559, stored: 505, duplicates: 50, conflicts: 1, rejected: 1, failed: 1, deadLettered: 1 },
    ...{ lost: 0, twice: 0, ghosts: 0, highestConcurrency: 5, maximumConcurrency: 5 },
    connections: { maxConnections: 40, refused: 0, bystanderRefused: 0, bystander: { clients: 4 } },
  });
  const { highest, budget, overTime, bystander } = report.connections;
  expect(highest).toBeLessThanOrEqual(budget);
  expect(Math.max(...overTime.map(({ consumer }: { consumer: number }) => consumer))).toBeGreaterThan(0);
  expect(bystander.queries).toBeGreaterThan(0);
}, 90_000);

test("without the throttle the same stack shows what the limits are for, says that it is a demonstration, and exits with 0", async () => {
  const { exitCode, stdout, report } = await demo("--stack", "postgres-sink", "--without-throttle", "--events", "2500");
  expect(stdout).toContain("WITHOUT THE THROTTLE: no maximum concurrency, no connection limit.");
  expect(stdout).toContain("As was to be shown, this is not good:");
  const { highest, budget, refused, bystanderRefused } = report.connections;
  expect(highest).toBeGreaterThan(budget);
  expect(refused).toBeGreaterThan(0);
  expect(bystanderRefused).toBeGreaterThan(0);
  expect(exitCode).toBe(0);
}, 240_000);
