/** `npm run demo`: real webhooks through the synthesized stack, and the account of what became of each. */
import { writeFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { isGood, renderReport } from "../local/demo/report";
import { runDemo } from "../local/demo/run";
import { reportUnwritable } from "../local/errors";
import { INGRESSES, type Ingress, synthesize } from "./synthesize";

/** Long timers of the demonstration: a redrive that takes a quarter of an hour on AWS takes seconds. */
const DEMO_SPEED = 120;

export function demoCommand(): Command {
  return new Command("demo")
    .description("Sends the 329 real GitHub payloads through the synthesized stack and accounts for each.")
    .option("--environment <name>", "which environment of environments.ts", process.env.WEBHOOK_ENVIRONMENT ?? "dev")
    .addOption(ingressOption())
    .option("--speed <n>", "divide the long timers (visibility timeout) by n", speed, DEMO_SPEED)
    .option("--json <file>", "write the report as JSON too")
    .addHelpText(
      "after",
      "\nExits with 1 when an accepted webhook was lost or a limit was passed.\n\n  npm run demo -- --json report.json",
    )
    .action(async (options: { environment: string; ingress?: Ingress; speed: number; json?: string }) => {
      // Before the run: whoever waits for a file must not learn afterwards that there is none.
      if (options.json !== undefined) checkWritable(options.json);
      const report = await runDemo(synthesize(options.environment, options.ingress), { speed: options.speed });
      process.stdout.write(renderReport(report));
      if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report, null, 2)}\n`);
      process.exitCode = isGood(report) ? 0 : 1;
    });
}

/** @throws LocalRunError where no file can be written */
function checkWritable(file: string): void {
  try {
    writeFileSync(file, "");
  } catch (cause) {
    throw reportUnwritable(file, cause);
  }
}

export function ingressOption(): Option {
  return new Option("--ingress <kind>", "another ingress than the environment's own").choices(INGRESSES);
}

/** @throws InvalidArgumentError for anything but a number of at least 1 */
export function speed(text: string): number {
  const factor = Number(text);
  if (!(factor >= 1)) throw new InvalidArgumentError(`"${text}" is not a number of at least 1.`);
  return factor;
}
