/** How long things are kept: logs, messages, bodies, backups, events. */
import type { Change } from "../plan";
import { at, canonical, list, UNKNOWN, type Value } from "../value";
import { compared, type Finding } from "./rule";

interface Retention {
  readonly type: string;
  readonly path: string;
  /** What means for ever. */
  readonly forever?: number | null;
  readonly says: string;
}

const BACKUPS = "Backups are kept for fewer days";
const EARLIER =
  "a table in DynamoDB loses those stored from then on earlier, one in PostgreSQL all older ones within the hour";
const RETENTIONS: readonly Retention[] = [
  {
    type: "aws_cloudwatch_log_group",
    path: "retention_in_days",
    forever: 0,
    says: "Logs are kept for fewer days: older lines are deleted.",
  },
  {
    type: "aws_sqs_queue",
    path: "message_retention_seconds",
    says: "Messages are kept for fewer seconds: older ones are deleted, and an outage may last less long.",
  },
  { type: "aws_kinesis_stream", path: "retention_period", says: "Records are kept for fewer hours." },
  { type: "aws_db_instance", path: "backup_retention_period", says: `${BACKUPS} (0 is none): older ones are deleted.` },
  { type: "aws_rds_cluster", path: "backup_retention_period", says: `${BACKUPS}: older ones are deleted.` },
  {
    type: "aws_dynamodb_table",
    path: "point_in_time_recovery.0.recovery_period_in_days",
    says: "The table can be restored to fewer days back.",
  },
  {
    type: "aws_kms_key",
    path: "deletion_window_in_days",
    says: "A key that is destroyed can be saved for fewer days.",
  },
  // The consumer of this project stamps each item of DynamoDB with its expiry, and the retention job deletes rows of
  // PostgreSQL by their age: functions/environment.ts.
  {
    type: "aws_lambda_function",
    path: "environment.0.variables.EVENT_EXPIRY_DAYS",
    forever: null,
    says: `Events are kept for fewer days: ${EARLIER}.`,
  },
  {
    type: "aws_lambda_function",
    path: "environment.0.variables.REJECTED_EXPIRY_DAYS",
    forever: null,
    says: `Rejected events are kept for fewer days: ${EARLIER}.`,
  },
];

export function shortened(change: Change): readonly Finding[] {
  const { before, after, type } = change;
  if (after === undefined) return [];
  if (type === "aws_s3_bucket_lifecycle_configuration") return expiringObjects(before ?? null, after);
  if (before === undefined) return [];
  if (type === "aws_dynamodb_table") return [...expiringItems(before, after), ...ofTable(change)];
  return ofTable(change);
}

function ofTable({ before, after, type }: Change): readonly Finding[] {
  return RETENTIONS.filter((retention) => retention.type === type).flatMap(({ path, forever, says }) => {
    const [was, becomes] = [at(before, path), at(after, path)];
    return length(becomes, forever) < length(was, forever) ? [named(says, was, becomes, forever)] : [];
  });
}

/** NaN for what cannot be known, which is neither more nor less than anything. */
function length(value: Value, forever: number | null | undefined): number {
  if (forever !== undefined && (value === forever || (forever === null && value === "")))
    return Number.POSITIVE_INFINITY;
  if (typeof value === "symbol" || value === null || value === "") return Number.NaN;
  return Number(value);
}

function named(says: string, was: Value, becomes: Value, forever: number | null | undefined): Finding {
  return compared(says, was === forever ? "for ever" : was, becomes);
}

function expiringItems(before: Value, after: Value): readonly Finding[] {
  const [was, becomes] = [at(before, "ttl.0.enabled"), at(after, "ttl.0.enabled")];
  if (was === true || becomes !== true) return [];
  const says = "Items begin to expire: those whose time is over are deleted within days.";
  return [compared(says, "for ever", at(after, "ttl.0.attribute_name"))];
}

/** An expiry of objects, as one rule of a lifecycle states it. */
interface Expiry {
  readonly scope: string;
  readonly days: Value;
}

const EXPIRIES = {
  "expiration.0.days": "Objects",
  "noncurrent_version_expiration.0.noncurrent_days": "Old versions of objects",
} as const;

/** A configuration that is new to a bucket that is not: its objects were kept for ever until now. */
function expiringObjects(before: Value, after: Value): readonly Finding[] {
  if (before === null && at(after, "bucket") === UNKNOWN) return [];
  return Object.entries(EXPIRIES).flatMap(([path, objects]) => {
    const was = expiries(before, path);
    return expiries(after, path).flatMap(({ scope, days }) => {
      const old = was.find((expiry) => expiry.scope === scope)?.days ?? null;
      if (!(length(days, undefined) < length(old, null))) return [];
      const says = `${objects} are kept for fewer days: older ones are deleted.`;
      return [{ ...named(says, old, days, null), ...(scope === "" ? {} : { items: [scope] }) }];
    });
  });
}

/** Rules are told apart by what they are for: an id is only a name. */
function expiries(configuration: Value, path: string): readonly Expiry[] {
  return list(at(configuration, "rule"))
    .filter((rule) => at(rule, "status") === "Enabled")
    .map((rule) => ({ scope: scopeOf(rule), days: at(rule, path) }))
    .filter(({ days }) => days !== null && days !== 0);
}

/** Such as "inflight/", or the whole filter where it is more than a prefix. "" is every object. */
function scopeOf(rule: Value): string {
  const prefix = at(rule, "filter.0.prefix");
  const rest = ["and", "tag", "object_size_greater_than", "object_size_less_than"].map((name) =>
    at(rule, `filter.0.${name}`),
  );
  const isPlain = rest.every((value) => value === null || value === 0 || list(value).length === 0);
  if (typeof prefix === "string" && isPlain) return prefix;
  return list(at(rule, "filter")).length === 0 ? "" : canonical(at(rule, "filter.0"));
}
