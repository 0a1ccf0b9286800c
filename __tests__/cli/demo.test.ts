import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Running, webhook } from "./command";
import { demo } from "./demo-report";

const README = join(__dirname, "../../README.md");

/** The lines of a report that tell what became of the events. */
const counts = (text: string) =>
  text.match(/^ {2}(?:sent|accepted|stored|dup|conf|rej|fail|dead|lost|concurrency).*$/gm);

/** The README has further ones, of the other stack. */
const firstReport = (readme: string) => readme.slice(0, readme.indexOf("\n## Configure"));

const BY_INGRESS = {
  // A forged header closes the attribute that it is mapped into, which the consumer sees.
  direct: { stored: 334, rejected: 1 },
  // To the publisher it is a header.
  lambda: { stored: 335, rejected: 0 },
} as const;

test.each(["direct", "lambda"] as const)(
  "the demonstration with %s ingress accounts for every webhook, in words and in JSON, and exits with 0",
  async (ingress) => {
    const { exitCode, stdout, stderr, report } = await demo("--ingress", ingress);

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(new RegExp(`^\\n {2}webhook-dev with ${ingress} ingress, `));
    expect(stdout).toContain("Nothing lost, nothing twice, no limit passed.");
    expect(report).toMatchObject({
      ingress,
      sent: 371,
      accepted: 371,
      duplicates: 33,
      conflicts: 1,
      failed: 1,
      deadLettered: 1,
      lost: 0,
      twice: 0,
      ghosts: 0,
      ...BY_INGRESS[ingress],
      highestConcurrency: 5,
      maximumConcurrency: 5,
      latencyMs: { p50: expect.any(Number), p95: expect.any(Number), p99: expect.any(Number) },
      webhooksPerSecond: expect.any(Number),
    });
    expect(report.queueDepth.at(-1)).toMatchObject({ visible: 0, inFlight: 0 });
    // The README shows a real run of the default; what does not depend on the machine must still be so.
    if (ingress === "direct") expect(counts(firstReport(readFileSync(README, "utf8")))).toEqual(counts(stdout));
  },
  90_000,
);

test("without --ingress it is the environment's own, and what would be deployed is left as it is by the option", async () => {
  const deployed = join(__dirname, "../../cdktf.out/stacks/webhook-dev/cdk.tf.json");
  const run = new Running(["start", "--port", "0", "--aws-port", "0"]);
  await run.printed(/webhook-dev runs on this machine with direct ingress/);
  await run.interrupt();
  const before = readFileSync(deployed, "utf8");
  const other = new Running(["start", "--ingress", "lambda", "--port", "0", "--aws-port", "0"]);
  await other.printed(/webhook-dev runs on this machine with lambda ingress/);
  await other.interrupt();
  expect(readFileSync(deployed, "utf8")).toBe(before);
}, 60_000);

test("an environment that does not exist is said in one message, with those that do", async () => {
  const { exitCode, stdout, stderr } = await new Running(["demo"], { WEBHOOK_ENVIRONMENT: "staging" }).finished;
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(/^There is no environment "staging" in environments\.ts\.\n {2}It has: dev, production\n/);
});

test("a report that cannot be written is said before anything is run", async () => {
  const { exitCode, stdout, stderr } = await webhook("demo", "--json", "/nonexistent/report.json");
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
  expect(stderr).toMatch(/^\/nonexistent\/report\.json cannot be written: ENOENT.*\n.*\[LOCAL_REPORT_UNWRITABLE\]\n$/);
});

test.each([
  [["demo", "--speed", "0"], "option '--speed <n>' argument '0' is invalid. \"0\" is not a number of at least 1."],
  [
    ["demo", "--ingress", "both"],
    "option '--ingress <kind>' argument 'both' is invalid. Allowed choices are direct, lambda.",
  ],
  [
    ["demo", "--events", "0"],
    "option '--events <n>' argument '0' is invalid. \"0\" is not a whole number, 1 to 100000.",
  ],
  [["demo", "--without-throttle"], "error: option '--without-throttle' needs --stack postgres-sink"],
  [["start", "--port", "http"], "option '--port <n>' argument 'http' is invalid. \"http\" is not a port, 0 to 65535."],
  [["strat"], "unknown command 'strat'"],
])("webhook %j is a usage error", async (args, message) => {
  const { exitCode, stderr } = await webhook(...args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});
