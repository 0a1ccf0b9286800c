/** What is gone with the thing that keeps it. */
import type { Change } from "../plan";
import { isLost } from "../plan";
import type { Finding } from "./rule";

interface Kept {
  /** As a sentence begins. */
  readonly thing: string;
  readonly lost: string;
}

const EVENTS = "every item in it is lost";
const MESSAGES = "every message in it is lost";
const DATA = "all its data is lost";
const OBJECTS = "every object in it is lost";
const UNREADABLE = "what it encrypted can never be read again";

const KEEPS: Readonly<Record<string, Kept>> = {
  aws_dynamodb_table: { thing: "The table", lost: EVENTS },
  aws_dynamodb_global_table: { thing: "The table", lost: EVENTS },
  aws_dynamodb_table_replica: { thing: "The table's replica", lost: "that region has no copy any more" },
  aws_sqs_queue: { thing: "The queue", lost: MESSAGES },
  aws_mq_broker: { thing: "The message broker", lost: MESSAGES },
  aws_kinesis_stream: { thing: "The stream", lost: "every record in it is lost" },
  aws_msk_cluster: { thing: "The Kafka cluster", lost: MESSAGES },
  aws_db_instance: { thing: "The database", lost: DATA },
  aws_rds_cluster: { thing: "The database cluster", lost: DATA },
  aws_rds_global_cluster: { thing: "The global database cluster", lost: DATA },
  aws_docdb_cluster: { thing: "The database cluster", lost: DATA },
  aws_neptune_cluster: { thing: "The database cluster", lost: DATA },
  aws_redshift_cluster: { thing: "The data warehouse", lost: DATA },
  aws_elasticache_replication_group: { thing: "The cache", lost: DATA },
  aws_elasticache_cluster: { thing: "The cache", lost: DATA },
  aws_memorydb_cluster: { thing: "The database cluster", lost: DATA },
  aws_opensearch_domain: { thing: "The search domain", lost: DATA },
  aws_kms_key: { thing: "The key", lost: UNREADABLE },
  aws_kms_external_key: { thing: "The key", lost: UNREADABLE },
  aws_kms_replica_key: { thing: "The replica of the key", lost: "that region cannot decrypt any more" },
  aws_s3_bucket: { thing: "The bucket", lost: OBJECTS },
  aws_s3_directory_bucket: { thing: "The bucket", lost: OBJECTS },
  aws_efs_file_system: { thing: "The file system", lost: "every file in it is lost" },
  aws_ebs_volume: { thing: "The volume", lost: DATA },
  aws_ecr_repository: { thing: "The image repository", lost: "every image in it is lost" },
  aws_backup_vault: { thing: "The backup vault", lost: "every recovery point in it is lost" },
  aws_cloudwatch_log_group: { thing: "The log group", lost: "every log line in it is lost" },
  aws_secretsmanager_secret: { thing: "The secret", lost: "its value is lost" },
  aws_cognito_user_pool: { thing: "The user pool", lost: "every user in it is lost" },
};

export function lostData(change: Change): readonly Finding[] {
  const kept = KEEPS[change.type];
  if (kept === undefined || !isLost(change)) return [];
  const what = change.isDeposed
    ? `${kept.thing} left over from an earlier replacement is destroyed`
    : fate(kept, change);
  return [{ says: `${what}: ${kept.lost}.` }];
}

const fate = ({ thing }: Kept, { action }: Change) =>
  action === "replace" ? `${thing} is replaced by an empty one` : `${thing} is destroyed`;
