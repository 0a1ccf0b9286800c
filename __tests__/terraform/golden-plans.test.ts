/**
 * The plans in __tests__/operate/plan-summary/plans are real. This makes one of them anew and finds the same dangers in
 * it; with WEBHOOK_GOLDEN_PLANS=check it does so with all, and with =write it writes them:
 *
 *   WEBHOOK_TEST_TERRAFORM=1 WEBHOOK_GOLDEN_PLANS=write npx jest __tests__/terraform/golden-plans
 */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dangersOf } from "../../operate/plan-summary/dangers/rules";
import { readPlan } from "../../operate/plan-summary/read-plan";
import { ChangedStack } from "./changed-stack";
import { type EmulatedAws, startEmulatedAws } from "./emulated-aws";
import { GOLDEN_CASES } from "./golden-cases";
import { goldenPlan, PLANS } from "./golden-plan";
import { type GoldenStack, shopStack, sinkStack, webhookStack } from "./golden-stacks";
import { describeWithTerraform } from "./requirements";

// Ten seconds a plan on two idle cores.
jest.setTimeout(600_000);

const mode = process.env.WEBHOOK_GOLDEN_PLANS ?? "one";
const cases = GOLDEN_CASES.filter(({ name }) => mode !== "one" || name === "database-replaced");
const STACKS = { shop: shopStack, sink: sinkStack, webhook: webhookStack };
const BIOME = join(__dirname, "../../node_modules/.bin/biome");

const dangersIn = (plan: string) => dangersOf(readPlan("plan.json", Buffer.from(plan)));

describeWithTerraform("the golden plans", () => {
  let aws: EmulatedAws;
  beforeAll(async () => {
    aws = await startEmulatedAws();
  });
  afterAll(() => aws?.stop());

  describe.each([...new Set(cases.map(({ stack }) => stack))])("of the stack %s", (name) => {
    let given: GoldenStack;
    let stack: ChangedStack;
    beforeAll(async () => {
      given = STACKS[name]();
      stack = await ChangedStack.of(given.folder, given.configuration, aws.url);
    });
    afterAll(() => {
      stack?.remove();
      given?.remove();
    });

    test.each(cases.filter((each) => each.stack === name))("$name", async ({ name: plan, edit, options }) => {
      const configuration = structuredClone(given.configuration);
      edit(configuration);
      const golden = goldenPlan(await stack.plan(configuration, options));
      const file = join(PLANS, `${plan}.json`);
      if (mode === "write") {
        writeFileSync(file, golden);
        execFileSync(BIOME, ["format", "--write", file]);
      }
      expect(dangersIn(golden)).toEqual(dangersIn(readFileSync(file, "utf8")));
    });
  });
});
