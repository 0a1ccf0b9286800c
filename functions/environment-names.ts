/** Names of environment variables, and values that stacks and functions must agree about. */

/** Names of the environment variables of the consumer. Value formats stand at ConsumerEnvironment. */
export const CONSUMER_ENVIRONMENT = {
  eventsTableName: "EVENTS_TABLE_NAME",
  ingress: "INGRESS",
  headerSets: "HEADER_SETS",
  indexShards: "INDEX_SHARDS",
  compressOverBytes: "COMPRESS_OVER_BYTES",
  eventExpiryDays: "EVENT_EXPIRY_DAYS",
  rejectedExpiryDays: "REJECTED_EXPIRY_DAYS",
  bodiesBucketName: "BODIES_BUCKET_NAME",
  allowedCidrs: "ALLOWED_CIDRS",
} as const;

/** Names of the environment variables of the publisher. Value formats stand at PublisherEnvironment. */
export const PUBLISHER_ENVIRONMENT = {
  eventsQueueUrl: "EVENTS_QUEUE_URL",
  bodiesBucketName: "BODIES_BUCKET_NAME",
  maximumMessageBytes: "MAXIMUM_MESSAGE_BYTES",
  allowedCidrs: "ALLOWED_CIDRS",
} as const;

/** Where the database is and as whom to log in, of every function that does. The password is an IAM token. */
export const DATABASE_ENVIRONMENT = {
  host: "DATABASE_HOST",
  port: "DATABASE_PORT",
  name: "DATABASE_NAME",
  user: "DATABASE_USER",
} as const;

/** Names of the environment variables of the consumer whose sink is PostgreSQL, beside {@link DATABASE_ENVIRONMENT}. */
export const POSTGRES_CONSUMER_ENVIRONMENT = {
  ingress: "INGRESS",
  headerSets: "HEADER_SETS",
  bodiesBucketName: "BODIES_BUCKET_NAME",
  allowedCidrs: "ALLOWED_CIDRS",
} as const;

/** Names of the environment variables of the migrations that run inside the VPC, beside host, port and name. */
export const MIGRATE_ENVIRONMENT = {
  /** CONNECTION LIMIT of the consumer's role; -1 is none. */
  consumerConnectionLimit: "CONSUMER_CONNECTION_LIMIT",
  /** What the connection budget was computed from. */
  maxConnections: "MAX_CONNECTIONS",
  consumerStatementTimeoutSeconds: "CONSUMER_STATEMENT_TIMEOUT_SECONDS",
  idleSessionTimeoutSeconds: "IDLE_SESSION_TIMEOUT_SECONDS",
} as const;

/** Names of the environment variables of what starts the migrations, outside the VPC. */
export const MIGRATE_START_ENVIRONMENT = {
  administratorSecretArn: "ADMINISTRATOR_SECRET_ARN",
  migrateFunctionName: "MIGRATE_FUNCTION_NAME",
} as const;

/** Names of the environment variables of the retention job, beside {@link DATABASE_ENVIRONMENT}. */
export const RETENTION_ENVIRONMENT = {
  eventExpiryDays: "EVENT_EXPIRY_DAYS",
  rejectedExpiryDays: "REJECTED_EXPIRY_DAYS",
} as const;

/** The database's users, made by the migrations; each logs in with an IAM token. */
export const DATABASE_USERS = {
  migrator: "webhook_migrator",
  consumer: "webhook_consumer",
  retention: "webhook_retention",
} as const;

/** How a message came onto the queue, see docs/decisions/0003. */
export const INGRESSES = ["direct", "lambda"] as const;
export type Ingress = (typeof INGRESSES)[number];
