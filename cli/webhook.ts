/** The command line: `npm run webhook -- <command>`. Each command is one file; this one only gathers them. */
import { Command } from "commander";
import { capacityCommand } from "./capacity";
import { demoCommand } from "./demo";
import { migrationsCommand } from "./migrations";
import { planSummaryCommand } from "./plan-summary";
import { replayCommand } from "./replay";
import { startCommand } from "./start";
import { verifyAwsCommand } from "./verify-aws";

// Node 20 is supported here until the SDK itself refuses it; its warning would stand in every report.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const program = new Command("webhook")
  .description("Runs and operates the scalable webhook.")
  .addCommand(startCommand())
  .addCommand(demoCommand())
  .addCommand(verifyAwsCommand())
  .addCommand(capacityCommand())
  .addCommand(migrationsCommand())
  .addCommand(replayCommand());

/** Exit code for what the caller has to correct, as for settings and stacks that cannot be played. */
const USAGE_EXIT_CODE = 2;
for (const command of [program, ...program.commands]) {
  command
    .showHelpAfterError("(--help shows the options)")
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : USAGE_EXIT_CODE));
}
// It sets its own code for that: its 2 says that a plan is dangerous.
program.addCommand(planSummaryCommand());

program.parseAsync().catch((error: unknown) => {
  // A mistake of the user's has a code and is told in its own words; anything else is ours and needs its stack.
  const isUsage = error instanceof Error && "code" in error && "exitCode" in error;
  process.stderr.write(`${isUsage ? error.message : String((error as Error).stack ?? error)}\n`);
  process.exitCode = isUsage ? Number(error.exitCode) : 1;
});
