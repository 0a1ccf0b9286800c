/** `npm run webhook -- verify-aws URL`: asks a deployed stack what the local run could only assume. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { AWS_ASSUMPTIONS } from "../local/aws-assumptions";
import type { Table } from "../operate/verify/advice";
import { notConfirmed } from "../operate/verify/errors";
import { jsonReport } from "../operate/verify/json-report";
import { INGRESSES, type Ingress } from "../operate/verify/probe";
import { agrees, renderVerification } from "../operate/verify/report";
import { type Target, targetOf } from "../operate/verify/target";
import { REQUESTS, verify } from "../operate/verify/verify";
import { projectRoot } from "./synthesize";

interface VerifyAwsOptions {
  readonly ingress?: Ingress;
  readonly table?: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly wait: number;
  readonly json?: true;
  readonly yes?: true;
}

const DEFAULT_WAIT_SECONDS = 60;
const ASSUMPTIONS_FILE = "local/aws-assumptions.ts";

export function verifyAwsCommand(): Command {
  return new Command("verify-aws")
    .description("Probes a deployed stack and compares what AWS does with what the local run assumes.")
    .addArgument(new Argument("<url>", "the stack's output url"))
    .addOption(
      new Option("--ingress <kind>", "which ingress the stack has; else its first answer tells").choices(INGRESSES),
    )
    .option("--table <name>", "look into this table (output events_table_name), with your AWS credentials")
    .option("--endpoint <url>", "where the table is, if not on AWS")
    .option("--region <name>", "of the table, if not the environment's")
    .option("--wait <seconds>", "how long accepted events may take to be in the table", seconds, DEFAULT_WAIT_SECONDS)
    .option("--json", "print the result as JSON")
    .option("--yes", `send the ${REQUESTS} requests without asking`)
    .addHelpText("after", HELP)
    .action(verifyAws);
}

const HELP = `
Exits with 1 when something differs; says which line of ${ASSUMPTIONS_FILE} to change.

  npm run webhook -- verify-aws https://abc123.execute-api.eu-central-1.amazonaws.com --table dev-webhook-events`;

async function verifyAws(url: string, options: VerifyAwsOptions): Promise<void> {
  const target = targetOf(url);
  if (!target.isLoopback && options.yes !== true) await confirm(target);
  const { table: tableName, endpoint, region } = options;
  const verification = await verify({
    target,
    ingress: options.ingress,
    table: tableName === undefined ? undefined : { tableName, endpoint, region },
    waitSeconds: options.wait,
    assumptions: AWS_ASSUMPTIONS,
  });
  const table: Table = { assumptions: AWS_ASSUMPTIONS, file: ASSUMPTIONS_FILE, lineOf: lineFinder() };
  process.stdout.write(
    options.json === true
      ? `${JSON.stringify(jsonReport(verification, table), null, 2)}\n`
      : renderVerification(verification, table),
  );
  process.exitCode = agrees(verification) ? 0 : 1;
}

/** @throws VerifyError unless somebody says yes */
async function confirm({ origin }: Target): Promise<void> {
  process.stderr.write(
    `This sends ${REQUESTS} requests to ${origin}. Those it accepts become events of that stack, marked as probes.\n`,
  );
  if (!process.stdin.isTTY) throw notConfirmed(origin, REQUESTS);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C and Ctrl-D end it without an answer, which some versions of Node.js tell as a fault and others do not.
    const noAnswer = once(terminal, "close").then(() => "");
    const answer = await Promise.race([terminal.question("Send them? [y/N] ").catch(() => ""), noAnswer]);
    if (!/^y(es)?$/i.test(answer.trim())) throw notConfirmed(origin, REQUESTS);
  } finally {
    terminal.close();
  }
}

/** Reads where each row's choice stands: what is to be edited is the source, and this is a bundle. */
function lineFinder(): (name: string) => string {
  const lines = readFileSync(join(projectRoot, ASSUMPTIONS_FILE), "utf8").split("\n");
  return (name) => {
    const row = lines.findIndex((line) => line.startsWith(`  ${name}: `));
    const choice = lines.findIndex((line, index) => index >= row && line.trimStart().startsWith("choice: "));
    return row < 0 || choice < 0 ? ASSUMPTIONS_FILE : `${ASSUMPTIONS_FILE}:${choice + 1}`;
  };
}

/** @throws InvalidArgumentError for anything but a number of at least 0 */
function seconds(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !(number >= 0)) throw new InvalidArgumentError(`"${text}" is not a number of seconds.`);
  return number;
}
