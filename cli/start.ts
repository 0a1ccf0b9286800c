/** `npm start`: the synthesized stack on this machine, until Ctrl-C, with a line for every event. */
import { Command, InvalidArgumentError } from "commander";
import { EventLines } from "../local/event-lines";
import { type LocalRun, startLocal } from "../local/start";
import { ingressOption, speed, stackOption } from "./demo";
import { secretsFile, secretsOption } from "./local-secrets";
import { type Ingress, type StackName, synthesize } from "./synthesize";

interface StartOptions {
  readonly environment: string;
  readonly stack: StackName;
  readonly ingress?: Ingress;
  readonly port: number;
  readonly awsPort: number;
  readonly speed: number;
  readonly secrets?: string;
}

const DEFAULT_PORT = 3000;
const DEFAULT_AWS_PORT = 4566;

export function startCommand(): Command {
  return new Command("start")
    .description("Starts the synthesized stack on this machine and stays.")
    .option("--environment <name>", "which environment of environments.ts", process.env.WEBHOOK_ENVIRONMENT ?? "dev")
    .addOption(stackOption())
    .addOption(ingressOption())
    .option("--port <n>", "port of the API; 0 takes a free one", port, DEFAULT_PORT)
    .option("--aws-port <n>", "port of the AWS endpoint (queue, table); 0 takes a free one", port, DEFAULT_AWS_PORT)
    .option("--speed <n>", "divide the long timers (visibility timeout) by n", speed, 1)
    .addOption(secretsOption())
    .addHelpText("after", "\n  npm start -- --port 8080 --speed 60")
    .action(start);
}

async function start(options: StartOptions): Promise<void> {
  const run = await startLocal(synthesize(options), { ...options, secretsFile: secretsFile(options.secrets) });
  process.stdout.write(welcome(run, options.speed));
  const lines = new EventLines((line) => process.stdout.write(`${line}\n`), { isColoured: process.stdout.isTTY });
  run.timeline.onEntry((entry) => lines.show(entry));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      process.stdout.write("\nStopping.\n");
      void run.stop();
    });
  }
}

function welcome(run: LocalRun, factor: number): string {
  const { accessKeyId, secretAccessKey } = run.operator;
  const lines = [
    "",
    `  ${run.stackName} runs on this machine with ${run.ingress} ingress (Node.js ${process.versions.node}, deployed as ${run.consumer.settings.runtime}).`,
    ...(factor > 1 ? [`  Long timers are divided by ${factor}.`] : []),
    "",
    `  API        ${run.url}`,
    `  queue      ${run.outputs.events_queue_url ?? ""}`,
    ...sink(run),
    "",
    "  Send a webhook:",
    `    curl -d '{"hello":"world"}' -H 'content-type: application/json' ${run.url}/github`,
    "",
    "  Look inside with the aws command line, version 2:",
    `    export AWS_ENDPOINT_URL=${run.awsUrl} AWS_REGION=${run.region} AWS_DEFAULT_REGION=${run.region} AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    ...lookInside(run),
    "",
    ...run.notPlayed.map((line) => `  not played: ${line}`),
    "",
    "  Ctrl-C ends everything.",
    "",
    "",
  ];
  return lines.join("\n");
}

/** Where events end. */
function sink({ database, outputs }: LocalRun): string[] {
  if (database === undefined) return [`  table      ${outputs.events_table_name ?? ""}`];
  const { address, settings, maxConnections } = database;
  return [
    `  database   ${address.host}:${address.port}/${settings.name}`,
    `             at most ${maxConnections} connections, ${outputs.connection_budget ?? ""} of them promised to the consumer`,
  ];
}

/** How to read what is stored there. */
function lookInside({ database, outputs }: LocalRun): string[] {
  if (database === undefined) return [`    aws dynamodb scan --table-name ${outputs.events_table_name ?? ""}`];
  const { host, user, database: name } = database.connection;
  const query = "select key, state, received_at from webhook.events order by received_at desc limit 10";
  return [
    `    aws sqs get-queue-attributes --queue-url ${outputs.events_queue_url ?? ""} --attribute-names All`,
    "",
    "  Look into the database with psql, or with Node.js from this folder:",
    `    psql -h ${host} -U ${user} ${name} -c '${query}'`,
    `    node -e 'const c = new (require("pg").Client)({ host: "${host}", user: "${user}", database: "${name}" }); c.connect().then(() => c.query("${query}")).then((r) => console.table(r.rows)).finally(() => c.end())'`,
  ];
}

/** @throws InvalidArgumentError for anything but 0 to 65535 */
function port(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > 65_535) {
    throw new InvalidArgumentError(`"${text}" is not a port, 0 to 65535.`);
  }
  return number;
}
