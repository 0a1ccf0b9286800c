/** `npm run webhook -- replay --rejected`: verifies rejected events again, and stores what now verifies. */
import { Command, InvalidArgumentError, Option } from "commander";
import { environments } from "../environments";
import { OUR_MISTAKES, UNVERIFIED_CODES } from "../functions/event/signatures/signed-request";
import { OPERATOR_CREDENTIALS } from "../local/roles";
import { noSources, sourceUnknown } from "../operate/replay/errors";
import { type AwsPlace, openStack } from "../operate/replay/open";
import { replay } from "../operate/replay/replay";
import { renderReplayed, renderSum } from "../operate/replay/report";
import { chooseEnvironment } from "../stacks/environment";
import { EVENTS_INDEX, ResourceNames } from "../stacks/names";
import type { Settings } from "../stacks/settings";
import { sourcesOf } from "../stacks/sources";

interface ReplayOptions {
  readonly rejected: true;
  readonly environment: string;
  readonly source?: string;
  readonly reason?: string;
  readonly since?: string;
  readonly yes?: true;
  readonly local?: string;
}

const REASONS = UNVERIFIED_CODES.filter((code) => !OUR_MISTAKES.includes(code));
const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export function replayCommand(): Command {
  return new Command("replay")
    .description("Verifies what was rejected for its signature with today's secrets, and stores what now verifies.")
    .requiredOption("--rejected", "rejected records of the events table: the only ones that can be replayed")
    .option("--environment <name>", "which environment of environments.ts", process.env.WEBHOOK_ENVIRONMENT ?? "dev")
    .option("--source <name>", "of this source only")
    .addOption(new Option("--reason <code>", "rejected for this reason only").choices(REASONS))
    .option("--since <when>", "received then or later: 2030-01-31T12:00:00Z, or ago: 90m, 6h, 3d", since)
    .option("--yes", "store what verifies, once, and delete its record; else nothing is changed")
    .option("--local <url>", "of a run on this machine: the URL of its AWS services")
    .addHelpText("after", HELP)
    .action(replayRejected);
}

const HELP = `
With your AWS credentials: they need to read the index and the records of the table and the
secrets of the sources, and to put and delete items. A signature's age is held against the time
at which the request was received. It can be ended at any time and run again.

  npm run webhook -- replay --rejected --environment production --source github --since 6h
  npm run webhook -- replay --rejected --environment production --source github --since 6h --yes`;

async function replayRejected(options: ReplayOptions): Promise<void> {
  const { environment, settings } = chooseEnvironment(environments, options.environment);
  const sources = sourcesOf(settings);
  const names = sources.map(({ name }) => name);
  if (names.length === 0) throw noSources(environment);
  if (options.source !== undefined && !names.includes(options.source))
    throw sourceUnknown(options.source, environment, names);
  const stack = openStack(placeOf(options, settings), tableOf(environment, settings));
  const stores = options.yes === true;
  try {
    const counts = await replay({
      ...stack,
      sources,
      stores,
      wanted: {
        sources: options.source === undefined ? names : [options.source],
        reasons: options.reason === undefined ? REASONS : [options.reason],
        ...(options.since === undefined ? {} : { since: options.since }),
      },
      onReplayed: (replayed) => process.stdout.write(renderReplayed(replayed)),
    });
    process.stdout.write(renderSum(counts, stores));
    process.exitCode = counts.unstorable === 0 ? 0 : 1;
  } finally {
    stack.close();
  }
}

function placeOf({ local }: ReplayOptions, { region }: Settings): AwsPlace {
  return local === undefined ? { region } : { region, endpoint: local, credentials: OPERATOR_CREDENTIALS };
}

/** As the stack has it, and as its consumer stores there. */
function tableOf(environment: string, { table }: Settings) {
  const { indexShards, compressOverBytes, eventExpiryDays, rejectedExpiryDays } = table;
  return {
    tableName: new ResourceNames(environment, "webhook").of("events"),
    indexName: EVENTS_INDEX,
    indexShards,
    compressOverBytes,
    rejectedExpiryDays,
    ...(eventExpiryDays === undefined ? {} : { eventExpiryDays }),
  };
}

/** @throws InvalidArgumentError for what is no time */
function since(text: string): string {
  const [, amount, unit] = /^(\d{1,6})([mhd])$/.exec(text) ?? [];
  const ms =
    unit === undefined ? Date.parse(text) : Date.now() - Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS];
  if (Number.isNaN(ms)) throw new InvalidArgumentError(`"${text}" is neither a time nor how long ago it was.`);
  return new Date(ms).toISOString();
}
