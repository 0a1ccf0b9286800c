/**
 * What a function is told by the infrastructure: the seam between stacks/ and functions/. The stacks take the names
 * from here; the functions read the values here and nowhere else, when called and never at import.
 */
import { CIDRS_FORMAT, type Format, HEADER_SETS_FORMAT, oneOf, text, wholeNumber } from "./environment-formats";
import { EnvironmentInvalid, VariableReader, type Variables } from "./environment-variables";

export { EnvironmentInvalid };

/** Names of the environment variables of the consumer. Value formats stand at {@link ConsumerEnvironment}. */
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

/** Names of the environment variables of the publisher. Value formats stand at {@link PublisherEnvironment}. */
export const PUBLISHER_ENVIRONMENT = {
  eventsQueueUrl: "EVENTS_QUEUE_URL",
  bodiesBucketName: "BODIES_BUCKET_NAME",
  maximumMessageBytes: "MAXIMUM_MESSAGE_BYTES",
  allowedCidrs: "ALLOWED_CIDRS",
} as const;

/** How a message came onto the queue, see docs/decisions/0003. */
export const INGRESSES = ["direct", "lambda"] as const;
export type Ingress = (typeof INGRESSES)[number];

/** Name of a header set -> its header names in lower case, in the order in which a direct message carries their values. */
export type HeaderSets = Readonly<Record<string, readonly string[]>>;

/** What the consumer is told. */
export interface ConsumerEnvironment {
  readonly eventsTableName: string;
  /** The stack's own ingress; a message of another form is rejected. */
  readonly ingress: Ingress;
  /** A JSON object of arrays of header names. May be absent in a stack of lambda ingress. */
  readonly headerSets: HeaderSets;
  /** Over how many keys of the index one source is spread. 1 or more. */
  readonly indexShards: number;
  /** A body of more bytes is stored compressed. 0 or more. */
  readonly compressOverBytes: number;
  /** Days after which a stored event expires. Absent or empty: never. */
  readonly eventExpiryDays?: number;
  /** Days after which a rejected record expires. */
  readonly rejectedExpiryDays: number;
  /** Where large bodies are. Absent in a stack of direct ingress, required in one of lambda ingress. */
  readonly bodiesBucketName?: string;
  /** A JSON array of the CIDR blocks that events may come from by direct ingress. Absent: any. */
  readonly allowedCidrs?: readonly string[];
}

/** What the publisher is told. */
export interface PublisherEnvironment {
  readonly eventsQueueUrl: string;
  /** Where bodies go that do not fit into a message. */
  readonly bodiesBucketName: string;
  /** The queue's own limit on a message, its attributes included. 1,024 (SQS API, SetQueueAttributes) or more. */
  readonly maximumMessageBytes: number;
  /** A JSON array of the CIDR blocks that requests may come from. Absent: any. */
  readonly allowedCidrs?: readonly string[];
}

/** @throws EnvironmentInvalid naming every missing or malformed variable at once */
export function readConsumerEnvironment(variables: Variables = process.env): ConsumerEnvironment {
  const reader = new VariableReader(variables);
  const required = <T>(name: string, { must, parse }: Format<T>) => reader.required(name, must, parse);
  const optional = <T>(name: string, { must, parse }: Format<T>) => reader.optional(name, must, parse);

  const names = CONSUMER_ENVIRONMENT;
  const eventsTableName = required(names.eventsTableName, text("the name of the events table"));
  const ingress = required(names.ingress, oneOf(INGRESSES));
  // A message of lambda ingress names its headers itself.
  const headerSets =
    ingress === "lambda"
      ? (optional(names.headerSets, HEADER_SETS_FORMAT) ?? {})
      : required(names.headerSets, HEADER_SETS_FORMAT);
  const indexShards = required(names.indexShards, wholeNumber(1));
  const compressOverBytes = required(names.compressOverBytes, wholeNumber(0));
  const eventExpiryDays = optional(names.eventExpiryDays, wholeNumber(1));
  const rejectedExpiryDays = required(names.rejectedExpiryDays, wholeNumber(1));
  const bodiesBucket = text("the name of the bucket for bodies");
  const bodiesBucketName = (ingress === "lambda" ? required : optional)(names.bodiesBucketName, bodiesBucket);
  const allowedCidrs = optional(names.allowedCidrs, CIDRS_FORMAT);

  if (
    reader.mistakes.length > 0 ||
    eventsTableName === undefined ||
    ingress === undefined ||
    headerSets === undefined ||
    indexShards === undefined ||
    compressOverBytes === undefined ||
    rejectedExpiryDays === undefined
  ) {
    throw new EnvironmentInvalid("consumer", reader.mistakes);
  }
  return {
    eventsTableName,
    ingress,
    headerSets,
    indexShards,
    compressOverBytes,
    ...(eventExpiryDays === undefined ? {} : { eventExpiryDays }),
    rejectedExpiryDays,
    ...(bodiesBucketName === undefined ? {} : { bodiesBucketName }),
    ...(allowedCidrs === undefined ? {} : { allowedCidrs }),
  };
}

/** @throws EnvironmentInvalid naming every missing or malformed variable at once */
export function readPublisherEnvironment(variables: Variables = process.env): PublisherEnvironment {
  const reader = new VariableReader(variables);
  const required = <T>(name: string, { must, parse }: Format<T>) => reader.required(name, must, parse);

  const names = PUBLISHER_ENVIRONMENT;
  const eventsQueueUrl = required(names.eventsQueueUrl, text("the URL of the events queue"));
  const bodiesBucketName = required(names.bodiesBucketName, text("the name of the bucket for bodies"));
  const maximumMessageBytes = required(names.maximumMessageBytes, wholeNumber(1_024));
  const allowedCidrs = reader.optional(names.allowedCidrs, CIDRS_FORMAT.must, CIDRS_FORMAT.parse);

  if (
    reader.mistakes.length > 0 ||
    eventsQueueUrl === undefined ||
    bodiesBucketName === undefined ||
    maximumMessageBytes === undefined
  ) {
    throw new EnvironmentInvalid("publisher", reader.mistakes);
  }
  return {
    eventsQueueUrl,
    bodiesBucketName,
    maximumMessageBytes,
    ...(allowedCidrs === undefined ? {} : { allowedCidrs }),
  };
}
