/** What the functions are told that take events in and bring them to their sink. */
import { CIDRS_FORMAT, HEADER_SETS_FORMAT, oneOf, text, wholeNumber } from "./environment-formats";
import {
  CONSUMER_ENVIRONMENT,
  INGRESSES,
  type Ingress,
  type POSTGRES_CONSUMER_ENVIRONMENT,
  PUBLISHER_ENVIRONMENT,
} from "./environment-names";
import { REJECTED_MAX_PER_MINUTE, readSources, type SourcesEnvironment } from "./environment-sources";
import { VariableReader, type Variables } from "./environment-variables";

/** Name of a header set -> its header names in lower case, in the order in which a direct message carries their values. */
export type HeaderSets = Readonly<Record<string, readonly string[]>>;

/** What a consumer is told about the messages, whatever its sink is. */
export interface MessageEnvironment extends SourcesEnvironment {
  /** The stack's own ingress; a message of another form is rejected. */
  readonly ingress: Ingress;
  /** A JSON object of arrays of header names. May be absent in a stack of lambda ingress. */
  readonly headerSets: HeaderSets;
  /** Where large bodies are. Absent in a stack of direct ingress, required in one of lambda ingress. */
  readonly bodiesBucketName?: string;
  /** A JSON array of the CIDR blocks that events may come from by direct ingress. Absent: any. */
  readonly allowedCidrs?: readonly string[];
  /** Rejected records kept a minute and source; more are counted only. 0 or more. */
  readonly rejectedMaxPerMinute: number;
}

/** What the consumer is told. */
export interface ConsumerEnvironment extends MessageEnvironment {
  readonly eventsTableName: string;
  /** Over how many keys of the index one source is spread. 1 or more. */
  readonly indexShards: number;
  /** A body of more bytes is stored compressed. 0 or more. */
  readonly compressOverBytes: number;
  /** Days after which a stored event expires. Absent or empty: never. */
  readonly eventExpiryDays?: number;
  /** Days after which a rejected record expires. */
  readonly rejectedExpiryDays: number;
}

/** What the publisher is told. */
export interface PublisherEnvironment extends SourcesEnvironment {
  readonly eventsQueueUrl: string;
  /** Where bodies go that do not fit into a message. */
  readonly bodiesBucketName: string;
  /** The queue's own limit on a message, its attributes included. 1,024 (SQS API, SetQueueAttributes) or more. */
  readonly maximumMessageBytes: number;
  /** A JSON array of the CIDR blocks that requests may come from. Absent: any. */
  readonly allowedCidrs?: readonly string[];
}

const BODIES_BUCKET = text("the name of the bucket for bodies");

export function consumerEnvironment(variables: Variables): ConsumerEnvironment {
  const reader = new VariableReader(variables);
  const names = CONSUMER_ENVIRONMENT;
  const eventsTableName = reader.required(names.eventsTableName, text("the name of the events table"));
  const messages = readMessages(reader, names);
  const own = {
    eventsTableName,
    indexShards: reader.required(names.indexShards, wholeNumber(1)),
    compressOverBytes: reader.required(names.compressOverBytes, wholeNumber(0)),
  };
  const eventExpiryDays = reader.optional(names.eventExpiryDays, wholeNumber(1));
  const rejectedExpiryDays = reader.required(names.rejectedExpiryDays, wholeNumber(1));
  return {
    ...reader.complete("consumer", { ...own, ...messages.required, rejectedExpiryDays }),
    ...messages.optional,
    ...(eventExpiryDays === undefined ? {} : { eventExpiryDays }),
  };
}

export function publisherEnvironment(variables: Variables): PublisherEnvironment {
  const reader = new VariableReader(variables);
  const names = PUBLISHER_ENVIRONMENT;
  const required = {
    eventsQueueUrl: reader.required(names.eventsQueueUrl, text("the URL of the events queue")),
    bodiesBucketName: reader.required(names.bodiesBucketName, BODIES_BUCKET),
    maximumMessageBytes: reader.required(names.maximumMessageBytes, wholeNumber(1_024)),
    ...readSources(reader, names),
  };
  const allowedCidrs = reader.optional(names.allowedCidrs, CIDRS_FORMAT);
  return { ...reader.complete("publisher", required), ...(allowedCidrs === undefined ? {} : { allowedCidrs }) };
}

/** The variables that every consumer has. */
export function readMessages(reader: VariableReader, names: typeof POSTGRES_CONSUMER_ENVIRONMENT) {
  const ingress = reader.required(names.ingress, oneOf(INGRESSES));
  const isLambda = ingress === "lambda";
  // A message of lambda ingress names its headers itself.
  const headerSets = isLambda
    ? (reader.optional(names.headerSets, HEADER_SETS_FORMAT) ?? {})
    : reader.required(names.headerSets, HEADER_SETS_FORMAT);
  const bodiesBucketName = isLambda
    ? reader.required(names.bodiesBucketName, BODIES_BUCKET)
    : reader.optional(names.bodiesBucketName, BODIES_BUCKET);
  const allowedCidrs = reader.optional(names.allowedCidrs, CIDRS_FORMAT);
  const rejectedMaxPerMinute = reader.optional(names.rejectedMaxPerMinute, wholeNumber(0)) ?? REJECTED_MAX_PER_MINUTE;
  return {
    required: { ingress, headerSets, ...readSources(reader, names), rejectedMaxPerMinute },
    optional: {
      ...(bodiesBucketName === undefined ? {} : { bodiesBucketName }),
      ...(allowedCidrs === undefined ? {} : { allowedCidrs }),
    },
  };
}
