import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { webhook } from "./command";

// Each test is a process of its own; beside other tests it takes a multiple of its second.
jest.setTimeout(60_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "webhook-capacity-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("plans every stack of every environment, each in 80 columns, and the connection budget of those with a database", async () => {
  const { exitCode, stdout, stderr } = await webhook("capacity");
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout.match(/^\S+: .*ingress$/gm)).toEqual([
    "webhook-dev: DynamoDB behind direct ingress",
    "postgres-sink-dev: PostgreSQL behind direct ingress",
    "webhook-production: DynamoDB behind direct ingress",
  ]);
  expect(stdout.match(/^\S+: its functions hold .*$/gm)).toEqual([
    expect.stringMatching(/^postgres-sink-dev: its functions hold \d+ connections at most, of a budget of \d+$/),
  ]);
  expect(stdout).toMatch(/^ +\d+ {2}40 connections × 0\.8, rounded down$/m);
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test("docs/capacity.md shows what the command prints", async () => {
  const { stdout } = await webhook("capacity", "--environment", "dev");
  const document = readFileSync(join(__dirname, "../../docs/capacity.md"), "utf8");
  expect(document.split("```text\n")[1]?.split("\n```")[0]).toBe(stdout.trimEnd());
});

test("what is given is what is planned: rate, burst, body, store time, outage and prices", async () => {
  const prices = join(folder, "prices.json");
  writeFileSync(prices, JSON.stringify({ asOf: "2031-07", httpApiPerMillion: 1_000 }));
  const given = ["--rate", "100", "--burst", "2000", "--burst-seconds", "4", "--body-bytes", "2048"];
  const rest = ["--store-ms", "50", "--outage-minutes", "1", "--prices", prices];
  const { exitCode, stdout } = await webhook("capacity", "--environment", "production", ...given, ...rest);
  expect(exitCode).toBe(0);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain(
    "100 events/s all the time, 2,000 more within 4.0 s, the sink is down for 1.0 min 2,048 bytes a body, 50 ms for a batch",
  );
  expect(stdout).toContain("4,000 events/s = 20 at once × 10 a batch ÷ 50 ms");
  expect(stdout).toMatch(/HTTP API +262,860\.00$/m);
  expect(stdout).toContain("2031-07");
  expect(stdout).not.toContain("webhook-dev");
});

test("writes the charts as files that stand alone", async () => {
  const [svg, html] = [join(folder, "plan.svg"), join(folder, "plan.html")];
  const { exitCode } = await webhook("capacity", "--environment", "dev", "--svg", svg, "--html", html);
  expect(exitCode).toBe(0);
  expect(readFileSync(svg, "utf8")).toMatch(/^<svg [\s\S]*postgres-sink-dev[\s\S]*<\/svg>\n$/);
  expect(readFileSync(html, "utf8")).toMatch(/^<!doctype html>[\s\S]*webhook-dev[\s\S]*<svg [\s\S]*<\/html>\n$/);
});

test("a file that cannot be written is said before anything is planned", async () => {
  const { exitCode, stdout, stderr } = await webhook("capacity", "--svg", "/nonexistent/plan.svg");
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(
    /^\/nonexistent\/plan\.svg cannot be written: ENOENT.*\n.*\n.*\[CAPACITY_CHART_UNWRITABLE\]\n$/,
  );
});

test("prices that cannot be used are said before anything is planned", async () => {
  const { exitCode, stdout, stderr } = await webhook("capacity", "--prices", "/nonexistent/prices.json");
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toContain("[CAPACITY_PRICES_UNREADABLE]");
});

test("an environment that does not exist is said with those that do", async () => {
  const { exitCode, stderr } = await webhook("capacity", "--environment", "staging");
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^There is no environment "staging" in environments\.ts\.\n {2}It has: dev, production\n/);
});

test.each([
  ["--rate", "fast", '"fast" is not a number from 0 to 1000000.'],
  ["--burst", "-1", '"-1" is not a number from 0 to 100000000.'],
  ["--store-ms", "0", '"0" is not a number from 1 to 900000.'],
  ["--body-bytes", "", '"" is not a number from 0 to 10485760.'],
  ["--outage-minutes", "1e9", '"1e9" is not a number from 0 to 1440.'],
])("%s %j is a usage error that says what is allowed", async (option, value, message) => {
  const { exitCode, stderr } = await webhook("capacity", option, value);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});
