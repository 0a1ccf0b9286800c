/**
 * The settings of an environment: schema, defaults, and their check. Every mistake is reported at once, also those
 * between settings. A default is used only where a setting is absent: 0 and "" are values.
 */
import { z } from "zod";
import { brokenRules } from "./capacity";
import { type Mistake, settingsInvalid } from "./errors";
import { SENDER_NAMES, type SenderName } from "./header-sets";
import * as limits from "./limits";
import { fieldMistakes, oneOf, text, told, whole } from "./setting-rules";

const throttle = z
  .strictObject({
    /** Requests a second, sustained. */
    ratePerSecond: whole(limits.THROTTLE_PER_SECOND),
    /** Requests that may come at once. Both or none: API Gateway takes a missing one as 0 and refuses everything. */
    burst: whole(limits.THROTTLE_BURST),
  })
  .optional();

const consumer = z.strictObject({
  /** Invocations at once, at most: what the sink is promised. @default 20 */
  maximumConcurrency: whole(limits.CONSUMER_MAXIMUM_CONCURRENCY).default(20),
  /** A hard roof on the function as well, at least maximumConcurrency. @default none */
  reservedConcurrency: whole(limits.RESERVED_CONCURRENCY).optional(),
  /** Messages an invocation gets, at most. Over 10 needs a batch window. @default 10 */
  batchSize: whole(limits.BATCH_SIZE).default(10),
  /** Seconds to wait for a batch to fill. @default 0 */
  batchWindowSeconds: whole(limits.BATCH_WINDOW_SECONDS).default(0),
  /** Seconds an invocation may take. The visibility timeout follows: 6 × this + the batch window. @default 30 */
  timeoutSeconds: whole(limits.FUNCTION_TIMEOUT_SECONDS).default(30),
  /** MB of memory; CPU comes with it. @default 256 */
  memoryMb: whole(limits.FUNCTION_MEMORY_MB).default(256),
  /** Version 5 of the AWS provider takes nodejs22.x only. @default "nodejs22.x" */
  runtime: oneOf(["nodejs22.x", "nodejs24.x"], "Lambda Developer Guide, runtimes").default("nodejs22.x"),
  /** @default "arm64" */
  architecture: oneOf(["arm64", "x86_64"], "Lambda API, CreateFunction, Architectures").default("arm64"),
});

const queue = z.strictObject({
  /** Days a message is kept in the events queue. @default 14 */
  retentionDays: whole(limits.QUEUE_RETENTION_DAYS).default(14),
  /** Days in the dead-letter queue, counted from when the event was accepted: not below retentionDays. @default 14 */
  deadLetterRetentionDays: whole(limits.QUEUE_RETENTION_DAYS).default(14),
  /** Minutes the sink may be down before messages go to the dead-letter queue. Gives the receive count. @default 120 */
  outageToleranceMinutes: whole(limits.OUTAGE_TOLERANCE_MINUTES).default(120),
});

const flag = () => z.boolean(told("true or false", "stacks/settings.ts"));

const table = z.strictObject({
  /** Restore to any second of the last 35 days. @default true */
  pointInTimeRecovery: flag().default(true),
  /** Neither console nor `destroy` can delete the table. @default true */
  deletionProtection: flag().default(true),
  /** AWS-owned key (free), or AWS-managed key (seen in CloudTrail, billed by KMS). @default "aws-owned" */
  encryption: oneOf(["aws-owned", "aws-managed"], "DynamoDB Developer Guide, encryption at rest").default("aws-owned"),
  /** Days until a stored event is deleted. Its id is forgotten with it. @default never */
  eventExpiryDays: whole(limits.EXPIRY_DAYS).optional(),
  /** Days until rejected, failed and conflict records are deleted. @default 90 */
  rejectedExpiryDays: whole(limits.REJECTED_EXPIRY_DAYS).default(90),
  /** Partitions of the index by source and time. Never lower it: older events would not be listed. @default 8 */
  indexShards: whole(limits.INDEX_SHARDS).default(8),
  /** Bodies over this are stored compressed; the rest can be read in the console. @default 1024 */
  compressOverBytes: whole(limits.COMPRESS_OVER_BYTES).default(1_024),
});

const path = text(
  /^\/(?:[A-Za-z0-9._~-]+(?:\/[A-Za-z0-9._~-]+)*)?$/,
  'a path such as "/github": letters, digits and . _ ~ - between slashes, none at the end',
  "API Gateway Developer Guide, routes for HTTP APIs",
);

const tagText = (max: number) =>
  text(
    new RegExp(`^(?![aA][wW][sS]:)[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]{1,${max}}$`, "u"),
    `1 to ${max} letters, digits, spaces or _ . : / = + - @, not starting with "aws:"`,
    limits.TAGS.source,
  );

const alarms = z
  .strictObject({
    /** ARN of an SNS topic in the same region. */
    topicArn: text(
      /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
      'the ARN of a standard SNS topic, such as "arn:aws:sns:us-east-1:123456789012:alerts"',
      "SNS API, CreateTopic",
    ).optional(),
    /** Gets a topic of its own; AWS sends a mail that must be confirmed. */
    email: z.email(told("an e-mail address", "SNS API, Subscribe")).optional(),
  })
  .optional();

const shape = {
  /** AWS region. @default "us-east-1" */
  region: text(
    /^[a-z]{2}(?:-[a-z]+)+-\d$/,
    'the name of an AWS region, such as "eu-central-1"',
    "AWS Regions and Zones",
  ).default("us-east-1"),
  /** How events come onto the queue. @default "direct": API Gateway writes to it, no function in between */
  ingress: oneOf(["direct"], "docs/decisions/0003").default("direct"),
  /** Path → known sender whose headers are carried there, also on all paths below. @default each at "/<its name>" */
  senders: z
    .record(path, oneOf(SENDER_NAMES, "stacks/header-sets.ts"))
    .default(Object.fromEntries(SENDER_NAMES.map((name) => [`/${name}`, name]))),
  /** Requests over it get 429, and a sender that does not retry loses them. @default the account's own limits */
  throttle,
  consumer: consumer.prefault({}),
  queue: queue.prefault({}),
  table: table.prefault({}),
  /** What the AWS account allows. */
  account: z
    .strictObject({
      /** Concurrent executions of all functions. New accounts often have 10. @default 1000 */
      lambdaConcurrency: whole(limits.ACCOUNT_CONCURRENCY).default(1_000),
    })
    .prefault({}),
  logs: z
    .strictObject({
      /** Days that log groups keep their events. @default 30 */
      retentionDays: oneOf(limits.LOG_RETENTION_DAYS, limits.LOG_RETENTION_SOURCE).default(30),
    })
    .prefault({}),
  /** On every resource, beside project, environment and stack, which they may replace. @default none */
  tags: z
    .record(tagText(limits.TAGS.keyCharacters), tagText(limits.TAGS.valueCharacters))
    .refine(
      (tags) => Object.keys(tags).length <= limits.TAGS.max,
      told(`${limits.TAGS.max} tags at most`, limits.TAGS.source),
    )
    .default({}),
  /** Where alarms go. @default no alarms */
  alarms,
  /** Where Terraform keeps its state. @default a file beside cdktf.out */
  state: z.strictObject({ kind: oneOf(["local"], "stacks/parts/state.ts") }).default({ kind: "local" }),
};

const schema = z.strictObject(shape);

/** What environments.ts holds: everything is optional, see the defaults above. */
export type EnvironmentSettings = z.input<typeof schema>;
/** Checked settings with every default filled in. */
export type Settings = z.output<typeof schema>;
/** A path of a sender, ready for routes. */
export type Senders = Readonly<Record<string, SenderName>>;

/**
 * Checks one environment.
 * @throws UsageError that lists every mistake.
 */
export function readSettings(environment: string, input: unknown): Settings {
  const checked = schema.safeParse(input);
  if (checked.success) {
    const broken = brokenRules(checked.data);
    if (broken.length === 0) return checked.data;
    throw settingsInvalid(environment, broken.map(asMistake));
  }
  const wrong = fieldMistakes(schema, input, checked.error.issues);
  throw settingsInvalid(environment, [...wrong, ...rulesThatStillApply(input, wrong)]);
}

/** The rules between settings, without those that involve a setting that is wrong by itself. */
function rulesThatStillApply(input: unknown, wrong: readonly Mistake[]): Mistake[] {
  const repaired = schema.safeParse(without(input, new Set(wrong.map((mistake) => mistake.path))));
  if (!repaired.success) return [];
  const touches = (setting: string) =>
    wrong.some(({ path }) => path === setting || setting.startsWith(`${path}.`) || path.startsWith(`${setting}.`));
  return brokenRules(repaired.data)
    .filter(({ involves }) => !involves.some(touches))
    .map(asMistake);
}

const asMistake = ({ involves: _, ...mistake }: ReturnType<typeof brokenRules>[number]): Mistake => mistake;

/** A copy that lacks the settings at the given paths; an optional section with a mistake in it goes as a whole. */
function without(input: unknown, paths: ReadonlySet<string>, at = ""): unknown {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  const kept = Object.entries(input).flatMap(([key, value]) => {
    const path = at === "" ? key : `${at}.${key}`;
    if (paths.has(path)) return [];
    const isOptionalSection = path === "throttle" || path === "alarms" || path === "state";
    if (isOptionalSection && [...paths].some((wrong) => wrong.startsWith(`${path}.`))) return [];
    return [[key, without(value, paths, path)]];
  });
  return Object.fromEntries(kept);
}
