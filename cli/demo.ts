/** `npm run demo`: real webhooks through the synthesized stack, and the account of what became of each. */
import { writeFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { type DemoReport, isGood, renderReport, showsDamage } from "../local/demo/report";
import { runDemo } from "../local/demo/run";
import { GITHUB_EXAMPLES } from "../local/demo/workload";
import { reportUnwritable } from "../local/errors";
import { secretsFile, secretsOption } from "./local-secrets";
import { INGRESSES, type Ingress, STACKS, type StackName, synthesize } from "./synthesize";

interface DemoOptions {
  readonly environment: string;
  readonly stack: StackName;
  readonly ingress?: Ingress;
  readonly events?: number;
  readonly withoutThrottle?: boolean;
  readonly speed?: number;
  readonly json?: string;
  readonly secrets?: string;
}

/** Long timers of the demonstration: a redrive that takes a quarter of an hour on AWS takes seconds. */
const DEMO_SPEED = 120;
/** Without the throttle, so that its many environments have the time that a machine needs to start them. */
const UNTHROTTLED_SPEED = 2;

/** Each example of GitHub's once; to a database so many that its consumer has to work for a while. */
const EVENTS: Readonly<Record<StackName, number>> = { webhook: GITHUB_EXAMPLES, "postgres-sink": 5_000 };

export function demoCommand(): Command {
  return new Command("demo")
    .description(
      `Sends the ${GITHUB_EXAMPLES} real GitHub payloads through the synthesized stack and accounts for each.`,
    )
    .option("--environment <name>", "which environment of environments.ts", process.env.WEBHOOK_ENVIRONMENT ?? "dev")
    .addOption(stackOption())
    .addOption(ingressOption())
    .option("--events <n>", "how many events, the payloads again and again (default: 329; postgres-sink: 5000)", events)
    .option("--without-throttle", "with --stack postgres-sink: no maximum concurrency, no connection limit")
    .option("--speed <n>", "divide the long timers (default: 120; without the throttle: 2)", speed)
    .option("--json <file>", "write the report as JSON too")
    .addOption(secretsOption())
    .addHelpText("after", HELP)
    .action(demo);
}

const HELP = `
Exits with 1 when an accepted webhook was lost, a limit was passed or a
connection was refused. With --without-throttle it exits with 0 when it has
shown what the limits are for: the database refused connections of the consumer
and of a bystander, another application that only queries a table of its own.
It then ends 30 s after the last webhook was sent, and leaves out the event that
crashes.

  npm run demo -- --json report.json
  npm run demo -- --stack postgres-sink
  npm run demo -- --stack postgres-sink --without-throttle`;

async function demo(options: DemoOptions, command: Command): Promise<void> {
  const { environment, ingress, stack, withoutThrottle = false, json } = options;
  if (withoutThrottle && stack !== "postgres-sink") {
    command.error("error: option '--without-throttle' needs --stack postgres-sink: a table turns no connection away.");
  }
  // Before the run: whoever waits for a file must not learn afterwards that there is none.
  if (json !== undefined) checkWritable(json);
  const directory = synthesize({ environment, stack, ingress, withoutThrottle });
  const { events = EVENTS[stack], speed = withoutThrottle ? UNTHROTTLED_SPEED : DEMO_SPEED } = options;
  const report = await runDemo(directory, {
    events,
    speed,
    withoutThrottle,
    secretsFile: secretsFile(options.secrets),
  });
  process.stdout.write(renderReport(report));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = isAsExpected(report) ? 0 : 1;
}

const isAsExpected = (report: DemoReport): boolean => (report.withoutThrottle ? showsDamage(report) : isGood(report));

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

export function stackOption(): Option {
  return new Option("--stack <name>", "which stack of the environment").choices(STACKS).default("webhook");
}

/** @throws InvalidArgumentError for anything but a number of at least 1 */
export function speed(text: string): number {
  const factor = Number(text);
  if (!(factor >= 1)) throw new InvalidArgumentError(`"${text}" is not a number of at least 1.`);
  return factor;
}

/** @throws InvalidArgumentError for anything but a whole number of 1 to 100,000 */
function events(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 100_000)
    throw new InvalidArgumentError(`"${text}" is not a whole number, 1 to 100000.`);
  return count;
}
