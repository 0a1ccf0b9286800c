/** `npm run webhook -- plan-summary PLAN.json...`: what plans do, for a reviewer with a minute. */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import * as errors from "../operate/plan-summary/errors";
import { jsonSummary } from "../operate/plan-summary/json-summary";
import { changedVersions, readLockFile, type VersionChange } from "../operate/plan-summary/lock-file";
import { readPlan } from "../operate/plan-summary/read-plan";
import { renderSummary } from "../operate/plan-summary/render";
import { countDangers, summarize } from "../operate/plan-summary/summary";

interface PlanSummaryOptions {
  readonly json?: true;
  readonly failOnDanger?: true;
  readonly lockBefore?: string;
  readonly lockAfter?: string;
}

const DANGER_EXIT_CODE = 2;

/** Its mistakes of usage have an exit code of their own: here 2 says that a plan is dangerous. */
export function planSummaryCommand(): Command {
  return new Command("plan-summary")
    .description("Says what Terraform plans do, what is dangerous first. Values marked as sensitive are never printed.")
    .argument("<plans...>", "files of terraform show -json PLAN")
    .option("--json", "print the result as JSON instead of Markdown")
    .option("--fail-on-danger", `exit with ${DANGER_EXIT_CODE} when something dangerous is there`)
    .option(
      "--lock-before <file>",
      "the .terraform.lock.hcl of what is deployed, to see a provider's major version change",
    )
    .option("--lock-after <file>", "the .terraform.lock.hcl of the plans")
    .showHelpAfterError("(--help shows the options)")
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : errors.USAGE_EXIT_CODE))
    .addHelpText("after", HELP)
    .action(planSummary);
}

const HELP = `
Exits with ${errors.USAGE_EXIT_CODE} when a file is not a plan. docs/review.md says what counts as dangerous.

  terraform plan -out=plan.tfplan && terraform show -json plan.tfplan > plan.json
  npm run webhook -- plan-summary plan.json`;

function planSummary(files: readonly string[], options: PlanSummaryOptions): void {
  const versions = versionsOf(options);
  const summary = summarize(readAll(files), versions);
  process.stdout.write(
    options.json === true ? `${JSON.stringify(jsonSummary(summary), null, 2)}\n` : renderSummary(summary),
  );
  if (options.failOnDanger === true && countDangers(summary) > 0) process.exitCode = DANGER_EXIT_CODE;
}

/** @throws PlanError that says what is wrong with every file that is none */
function readAll(files: readonly string[]) {
  const wrong: errors.PlanError[] = [];
  const plans = files.flatMap((file) => {
    try {
      return [readPlan(file, bytesOf(file))];
    } catch (error) {
      if (!(error instanceof errors.PlanError)) throw error;
      wrong.push(error);
      return [];
    }
  });
  if (wrong.length > 0) throw errors.together(wrong);
  return plans;
}

function versionsOf({ lockBefore: before, lockAfter: after }: PlanSummaryOptions): readonly VersionChange[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined || after === undefined) throw errors.lockAlone();
  const read = (file: string) => readLockFile(file, bytesOf(file).toString());
  return changedVersions(read(before), read(after));
}

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw errors.unreadable(file, error);
  }
}
