import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Running, webhook } from "./command";

test("the demonstration accounts for every webhook, in words and in JSON, and exits with 0", async () => {
  const directory = mkdtempSync(join(tmpdir(), "webhook-demo-"));
  const file = join(directory, "report.json");
  const { exitCode, stdout, stderr } = await webhook("demo", "--json", file);
  const report = JSON.parse(readFileSync(file, "utf8"));
  rmSync(directory, { recursive: true });

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain("Nothing lost, nothing twice, no limit passed.");
  expect(report).toMatchObject({
    sent: 371,
    accepted: 371,
    stored: 334,
    duplicates: 33,
    conflicts: 1,
    rejected: 1,
    failed: 1,
    deadLettered: 1,
    lost: 0,
    ghosts: 0,
    highestConcurrency: 5,
    maximumConcurrency: 5,
    latencyMs: { p50: expect.any(Number), p95: expect.any(Number), p99: expect.any(Number) },
    webhooksPerSecond: expect.any(Number),
  });
  expect(report.queueDepth.at(-1)).toMatchObject({ visible: 0, inFlight: 0 });
}, 60_000);

test("an environment that does not exist is said in one message, with those that do", async () => {
  const { exitCode, stdout, stderr } = await new Running(["demo"], { WEBHOOK_ENVIRONMENT: "staging" }).finished;
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(/^WEBHOOK_ENVIRONMENT is "staging", but .*\n {2}It has: dev, production\n/);
});

test.each([
  [["demo", "--speed", "0"], "option '--speed <n>' argument '0' is invalid. \"0\" is not a number of at least 1."],
  [["start", "--port", "http"], "option '--port <n>' argument 'http' is invalid. \"http\" is not a port, 0 to 65535."],
  [["strat"], "unknown command 'strat'"],
])("webhook %j is a usage error", async (args, message) => {
  const { exitCode, stderr } = await webhook(...args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});
