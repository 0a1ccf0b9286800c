/**
 * The settings of an environment: schema and defaults. A default is used only where a setting is absent: 0 and "" are
 * values. The rules between settings stand in broken-rules.ts.
 */
import { z } from "zod";
import { REJECTED_MAX_PER_MINUTE, UNMATCHED } from "../functions/environment";
import { consumerFields } from "./consumer-settings";
import { domain } from "./domain-settings";
import { SENDER_NAMES, type SenderName } from "./header-sets";
import * as limits from "./limits";
import { postgresSink } from "./postgres-settings";
import { checkSettings } from "./setting-check";
import { flag, listOf, oneOf, text, told, whole } from "./setting-rules";
import { cidr, sources } from "./source-settings";
import { state } from "./state-settings";

const throttle = z
  .strictObject({
    /** Requests a second, sustained. */
    ratePerSecond: whole(limits.THROTTLE_PER_SECOND),
    /** Requests that may come at once. Both or none: API Gateway takes a missing one as 0 and refuses everything. */
    burst: whole(limits.THROTTLE_BURST),
  })
  .optional();

const consumer = z.strictObject({
  ...consumerFields({ maximumConcurrency: 20, timeoutSeconds: limits.FUNCTION_TIMEOUT_SECONDS }),
  /** Also the publisher's. Version 5 of the AWS provider takes nodejs22.x only. @default "nodejs22.x" */
  runtime: oneOf(["nodejs22.x", "nodejs24.x"], "Lambda Developer Guide, runtimes").default("nodejs22.x"),
  /** Also the publisher's. @default "arm64" */
  architecture: oneOf(["arm64", "x86_64"], "Lambda API, CreateFunction, Architectures").default("arm64"),
});

/** The function in front of the queue; with ingress "lambda" only. */
const publisher = z.strictObject({
  /** MB of memory; CPU comes with it. @default 256 */
  memoryMb: whole(limits.FUNCTION_MEMORY_MB).default(256),
  /** Seconds an invocation may take: less than the API waits for it. @default 10 */
  timeoutSeconds: whole(limits.PUBLISHER_TIMEOUT_SECONDS).default(10),
  /** Invocations at once, kept for it and at most: a request over it gets a 5xx. @default none */
  reservedConcurrency: whole(limits.RESERVED_CONCURRENCY).optional(),
});

const queue = z.strictObject({
  /** Days a message is kept in the events queue. @default 14 */
  retentionDays: whole(limits.QUEUE_RETENTION_DAYS).default(14),
  /** Days in the dead-letter queue, counted from when the event was accepted: not below retentionDays. @default 14 */
  deadLetterRetentionDays: whole(limits.QUEUE_RETENTION_DAYS).default(14),
  /** Minutes the sink may be down before messages go to the dead-letter queue. Gives the receive count. @default 120 */
  outageToleranceMinutes: whole(limits.OUTAGE_TOLERANCE_MINUTES).default(120),
});

const table = z.strictObject({
  /** Restore to any second of the last 35 days. @default true */
  pointInTimeRecovery: flag().default(true),
  /** Neither console nor `destroy` can delete the table, nor `destroy` the bucket while a body is in it. @default true */
  deletionProtection: flag().default(true),
  /** AWS-owned key (free), or AWS-managed key (seen in CloudTrail, billed by KMS). @default "aws-owned" */
  encryption: oneOf(["aws-owned", "aws-managed"], "DynamoDB Developer Guide, encryption at rest").default("aws-owned"),
  /** Days until an event is deleted, also a failed or conflicting one. Its id is forgotten with it. @default never */
  eventExpiryDays: whole(limits.EXPIRY_DAYS).optional(),
  /** Days until a rejected record is deleted. @default 90 */
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
  /**
   * How events come onto the queue. "direct": API Gateway writes to it, no function in between. "lambda": through the
   * publisher, with every header, the query and any size that Lambda takes. @default "direct"
   */
  ingress: oneOf(["direct", "lambda"], "stacks/webhook-stack.ts").default("direct"),
  publisher: publisher.prefault({}),
  /**
   * Who sends, how it signs, and what its events are called, see source-settings.ts. @default none: every path is taken,
   * nothing is verified, and a known delivery id names an event
   */
  sources,
  /**
   * What becomes of a path that no source claims: 404 (lambda) or a rejected record (direct) with "reject".
   * @default "accept"
   */
  unmatched: oneOf(UNMATCHED, "stacks/settings.ts").default("accept"),
  rejected: z
    .strictObject({
      /** Records kept a minute and source, with their bodies; more are counted in the log. @default 60 */
      maxPerMinute: whole(limits.REJECTED_PER_MINUTE).default(REJECTED_MAX_PER_MINUTE),
    })
    .prefault({}),
  /**
   * Path → known sender whose headers are carried there, also on all paths below; with ingress "direct" only, and where
   * no source says it. @default each at "/<its name>"
   */
  senders: z
    .record(path, oneOf(SENDER_NAMES, "stacks/header-sets.ts"))
    .default(Object.fromEntries(SENDER_NAMES.map((name) => [`/${name}`, name]))),
  /** Requests over it get 429, and a sender that does not retry loses them. @default the account's own limits */
  throttle,
  /** A name of your own: it stays when the API is replaced, and with it the URL in every sender. @default the API's URL */
  domain,
  /**
   * Networks that may send. Others get 403 (lambda), or their events are recorded as rejected (direct). It keeps
   * strangers out of the table, not off the API. @default everybody
   */
  allowedCidrs: listOf(cidr, limits.ALLOWED_CIDRS).optional(),
  consumer: consumer.prefault({}),
  queue: queue.prefault({}),
  table: table.prefault({}),
  /** PostgreSQL as the sink of a stack of its own, see postgres-settings.ts. @default no such stack */
  postgresSink: postgresSink.optional(),
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
  /** Where Terraform keeps its state, see state-settings.ts. @default { kind: "local" }, a file beside cdktf.out */
  state: state.default({ kind: "local" }),
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
  return checkSettings(schema, environment, input);
}
