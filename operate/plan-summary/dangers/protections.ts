/** Protections that are switched off: encryption, deletion protection, backups, walls against the public. */
import type { Change } from "../plan";
import { at, same, type Value } from "../value";
import { parameterOf } from "./parameter-group";
import { compared, type Finding } from "./rule";

interface Protection {
  /** @default every type that has the attribute */
  readonly types?: readonly string[];
  readonly path: string;
  /** What is said to be safe; anything else is not. "any": whatever is there. */
  readonly safe: boolean | string | "any";
  readonly says: string;
}

const DELETION = "Deletion protection is switched off: a later plan, or a click in the console, can destroy it.";
const ENCRYPTION = "Encryption is switched off.";
const PUBLIC = "The bucket's wall against public access gets a hole.";
const OWN_KEY = "It is no longer encrypted under a key of yours.";

const DATABASES = ["aws_db_instance", "aws_rds_cluster"];

const PROTECTIONS: readonly Protection[] = [
  { path: "deletion_protection_enabled", safe: true, says: DELETION },
  { path: "deletion_protection", safe: true, says: DELETION },
  { path: "deletion_protection", safe: "ACTIVE", says: DELETION },
  { path: "enable_deletion_protection", safe: true, says: DELETION },
  { path: "storage_encrypted", safe: true, says: ENCRYPTION },
  { path: "encrypted", safe: true, says: ENCRYPTION },
  { path: "at_rest_encryption_enabled", safe: true, says: ENCRYPTION },
  { path: "transit_encryption_enabled", safe: true, says: "Encryption on the way is switched off." },
  { path: "kms_master_key_id", safe: "any", says: OWN_KEY },
  { path: "kms_key_id", safe: "any", says: OWN_KEY },
  { path: "kms_key_arn", safe: "any", says: OWN_KEY },
  {
    types: ["aws_dynamodb_table"],
    path: "server_side_encryption.0.enabled",
    safe: true,
    says: "The table is no longer encrypted under a key in your account, but under one that AWS owns: its use is not logged.",
  },
  {
    types: ["aws_dynamodb_table"],
    path: "point_in_time_recovery.0.enabled",
    safe: true,
    says: "Point-in-time recovery is switched off: what it could restore until now is gone at once.",
  },
  { types: ["aws_s3_bucket_public_access_block"], path: "block_public_acls", safe: true, says: PUBLIC },
  { types: ["aws_s3_bucket_public_access_block"], path: "block_public_policy", safe: true, says: PUBLIC },
  { types: ["aws_s3_bucket_public_access_block"], path: "ignore_public_acls", safe: true, says: PUBLIC },
  { types: ["aws_s3_bucket_public_access_block"], path: "restrict_public_buckets", safe: true, says: PUBLIC },
  {
    types: ["aws_s3_bucket_versioning"],
    path: "versioning_configuration.0.status",
    safe: "Enabled",
    says: "Versioning is switched off: what is overwritten or deleted from then on is lost.",
  },
  {
    types: ["aws_s3_bucket"],
    path: "force_destroy",
    safe: false,
    says: "The bucket may be destroyed with what is in it: nothing stops a later plan any more.",
  },
  {
    types: ["aws_db_instance", "aws_rds_cluster", "aws_docdb_cluster", "aws_redshift_cluster"],
    path: "skip_final_snapshot",
    safe: false,
    says: "No last snapshot will be taken when the database is destroyed.",
  },
  {
    types: DATABASES,
    path: "iam_database_authentication_enabled",
    safe: true,
    says: "Log-ins with an IAM token are switched off: what has no password, such as the consumer, is refused.",
  },
  {
    types: DATABASES,
    path: "manage_master_user_password",
    safe: true,
    says: "RDS no longer keeps the administrator's password: another one stands in the configuration and the state.",
  },
  {
    types: DATABASES,
    path: "multi_az",
    safe: true,
    says: "The database has no standby any more: an outage of its zone is its own.",
  },
  { path: "publicly_accessible", safe: false, says: "It can be reached from the internet." },
  {
    types: ["aws_kms_key"],
    path: "enable_key_rotation",
    safe: true,
    says: "The key is no longer rotated.",
  },
  {
    types: ["aws_kms_key"],
    path: "is_enabled",
    safe: true,
    says: "The key is switched off: nothing that it encrypted can be read.",
  },
];

/** Resources that are themselves a protection of another. */
const WALLS: Readonly<Record<string, string>> = {
  aws_s3_bucket_public_access_block: "The bucket's wall against public access is destroyed.",
  aws_s3_bucket_server_side_encryption_configuration: "The bucket's encryption settings are destroyed: AWS's own hold.",
  aws_backup_plan: "The backup plan is destroyed: no more backups are made.",
  aws_cloudtrail: "The trail is destroyed: what is done in the account is no longer recorded.",
};

export function protectionOff(change: Change): readonly Finding[] {
  const { before, after, type, action } = change;
  const wall = action === "destroy" ? WALLS[type] : undefined;
  if (wall !== undefined) return [{ says: wall }];
  if (before === undefined || after === undefined) return [];
  return [
    ...PROTECTIONS.flatMap(({ types, path, safe, says }) => {
      const [was, becomes] = [at(before, path), at(after, path)];
      const held = (types?.includes(type) ?? true) && isSafe(was, safe);
      return held && !isSafe(becomes, safe) ? [compared(says, was, becomes)] : [];
    }),
    ...queueEncryptionOff(before, after, type),
    ...databaseTlsOff(before, after, type),
  ];
}

/** A boolean that is not there is its default, which is false for each of these. */
function isSafe(value: Value, safe: Protection["safe"]): boolean {
  if (safe === "any") return value !== null && value !== "";
  return safe === false ? value !== true : same(value, safe);
}

/** A queue has either kind of encryption. */
function queueEncryptionOff(before: Value, after: Value, type: string): readonly Finding[] {
  if (type !== "aws_sqs_queue") return [];
  const was = at(before, "sqs_managed_sse_enabled");
  const becomes = at(after, "sqs_managed_sse_enabled");
  const hasKey = isSafe(at(after, "kms_master_key_id"), "any");
  return was === true && becomes !== true && !hasKey ? [compared(ENCRYPTION, was, becomes)] : [];
}

/** PostgreSQL and SQL Server on RDS; the engine's default depends on its version. */
function databaseTlsOff(before: Value, after: Value, type: string): readonly Finding[] {
  if (type !== "aws_db_parameter_group" && type !== "aws_rds_cluster_parameter_group") return [];
  const [was, becomes] = [before, after].map((side) => parameterOf(side, "rds.force_ssl"));
  const says = "The database accepts connections without TLS.";
  return was === "1" && becomes !== "1" ? [compared(says, was, becomes ?? null)] : [];
}
