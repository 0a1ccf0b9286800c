/** Values that Terraform marks as sensitive are in the plan's file, and nowhere in what is printed. */
import { readFileSync } from "node:fs";
import { masked, SENSITIVE, UNKNOWN } from "../../../operate/plan-summary/value";
import { golden, planSummary, written } from "./plan-summary-command";

const SECRETS = ["secret-before-the-plan", "secret-after-the-plan"];

test.each([[[]], [["--json"]]])("with %j a changed secret is told by its attribute's name only", async (options) => {
  const file = golden("secret-changed");
  const plan = readFileSync(file, "utf8");
  const { exitCode, stdout, stderr } = await planSummary(file, ...options);
  expect(exitCode).toBe(0);
  expect(stdout).toContain("password");
  for (const secret of SECRETS) {
    expect(plan).toContain(secret);
    expect(stdout + stderr).not.toContain(secret);
  }
});

/** In each attribute that a rule prints, marked in either way. */
test.each([
  { before_sensitive: { runtime: true }, after_sensitive: {} },
  { before_sensitive: {}, after_sensitive: { runtime: true } },
  { before_sensitive: true, after_sensitive: true },
])("what %j marks is not printed, even where a rule compares it", async (masks) => {
  const file = written(planWith({ before: { runtime: SECRETS[0] }, after: { runtime: SECRETS[1] }, ...masks }));
  const { exitCode, stdout } = await planSummary(file, "--json");
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout).stacks[0].changes[0].attributes).toEqual(["runtime"]);
  for (const secret of SECRETS) expect(stdout).not.toContain(secret);
});

test("an unmarked value is compared and shown", async () => {
  const change = { before: { runtime: "nodejs20.x" }, after: { runtime: "nodejs22.x" } };
  const { stdout } = await planSummary(written(planWith(change)));
  expect(stdout).toContain("`nodejs20.x` → `nodejs22.x`");
});

test.each([
  [{ a: [{ b: "x", c: 1 }] }, [{ a: [{ b: true }] }], undefined, { a: [{ b: SENSITIVE, c: 1 }] }],
  [{ a: "x" }, [{}, { a: true }], undefined, { a: SENSITIVE }],
  [{ a: "x" }, [true], undefined, SENSITIVE],
  [{}, [{}], { a: true, b: [], c: false }, { a: UNKNOWN }],
  [{ a: [{ b: 1 }] }, [{}], { a: [{ c: true }] }, { a: [{ b: 1, c: UNKNOWN }] }],
  [{}, [{ a: true }], { a: true }, { a: SENSITIVE }],
  [{ a: null }, [false, undefined], undefined, { a: null }],
])("%j masked by %j and %j", (value, sensitive, unknown, expected) => {
  expect(masked(value, { sensitive, unknown })).toEqual(expected);
});

function planWith(change: object): string {
  return JSON.stringify({
    format_version: "1.2",
    planned_values: {},
    resource_changes: [
      { address: "aws_lambda_function.it", type: "aws_lambda_function", change: { actions: ["update"], ...change } },
    ],
  });
}
