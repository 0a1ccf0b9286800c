/**
 * What a function is told by the infrastructure: the seam between stacks/ and functions/. The stacks take the names
 * from here; the functions read the values here and nowhere else, when called and never at import.
 */

/** Names of the environment variables of the consumer. Value formats stand at {@link ConsumerEnvironment}. */
export const CONSUMER_ENVIRONMENT = {
  eventsTableName: "EVENTS_TABLE_NAME",
  ingress: "INGRESS",
  headerSets: "HEADER_SETS",
  indexShards: "INDEX_SHARDS",
  compressOverBytes: "COMPRESS_OVER_BYTES",
  eventExpiryDays: "EVENT_EXPIRY_DAYS",
  rejectedExpiryDays: "REJECTED_EXPIRY_DAYS",
} as const;

/** How a message came onto the queue, see docs/decisions/0003. */
export const INGRESSES = ["direct", "lambda"] as const;
export type Ingress = (typeof INGRESSES)[number];
