/**
 * AWS's limits that the settings and the stacks are checked against: each once, with its source.
 * Our own floors stand here too and say so.
 */

export interface Limit {
  readonly min: number;
  readonly max: number;
  /** Of what: "seconds", "messages", … */
  readonly unit: string;
  readonly source: string;
}

const DAY_SECONDS = 86_400;

export const MAPPING_MAXIMUM_CONCURRENCY: Limit = {
  min: 2,
  max: 1_000,
  unit: "concurrent invocations",
  source: "Lambda API, ScalingConfig.MaximumConcurrency",
};
/** 1 is possible with reserved concurrency only, see capacity.ts. */
export const CONSUMER_MAXIMUM_CONCURRENCY: Limit = { ...MAPPING_MAXIMUM_CONCURRENCY, min: 1 };
export const RESERVED_CONCURRENCY: Limit = {
  min: 1,
  max: 1_000_000,
  unit: "concurrent invocations",
  source: "Lambda API, PutFunctionConcurrency; 0 would stop the function for good",
};
/** Executions that AWS keeps for functions without a reservation. */
export const UNRESERVED_CONCURRENCY = { value: 100, source: "Lambda Developer Guide, reserved concurrency" } as const;
export const ACCOUNT_CONCURRENCY: Limit = {
  min: 1,
  max: 1_000_000,
  unit: "concurrent invocations",
  source: "Lambda quotas, concurrent executions",
};
export const BATCH_SIZE: Limit = {
  min: 1,
  max: 10_000,
  unit: "messages",
  source: "Lambda API, CreateEventSourceMapping, BatchSize",
};
/** The largest batch that needs no batching window. */
export const BATCH_SIZE_WITHOUT_WINDOW = {
  value: 10,
  source: "Lambda API, CreateEventSourceMapping, BatchSize",
} as const;
export const BATCH_WINDOW_SECONDS: Limit = {
  min: 0,
  max: 300,
  unit: "seconds",
  source: "Lambda API, CreateEventSourceMapping, MaximumBatchingWindowInSeconds",
};
export const FUNCTION_TIMEOUT_SECONDS: Limit = {
  min: 1,
  max: 900,
  unit: "seconds",
  source: "Lambda quotas, function timeout",
};
/** Longer than the publisher gives the queue and S3 together, so that it lives to answer; shorter than the API waits. */
export const PUBLISHER_TIMEOUT_SECONDS: Limit = {
  min: 3,
  max: 29,
  unit: "seconds",
  source: "API Gateway quotas for HTTP APIs, integration timeout of 30 s; our own: 2.5 s for the queue and S3",
};
export const FUNCTION_MEMORY_MB: Limit = {
  min: 128,
  max: 10_240,
  unit: "MB",
  source: "Lambda quotas, function memory",
};
/** Names and values of a function's environment variables together. */
export const FUNCTION_ENVIRONMENT_BYTES = {
  value: 4_096,
  source: "Lambda quotas, function environment variables",
} as const;

export const QUEUE_RETENTION_DAYS: Limit = {
  min: 1,
  max: 14,
  unit: "days",
  source: "SQS API, MessageRetentionPeriod: up to 1,209,600 s",
};
export const QUEUE_RECEIVE_COUNT: Limit = { min: 1, max: 1_000, unit: "receives", source: "SQS API, maxReceiveCount" };
/** Receives to spare on top of the outage: AWS asks for 5 when Lambda polls, since throttled invocations count too. */
export const SPARE_RECEIVES = {
  value: 5,
  source: "Lambda Developer Guide, SQS event source: maxReceiveCount of at least 5",
} as const;
/** Visibility timeout ÷ function timeout, at least. */
export const VISIBILITY_FACTOR = {
  value: 6,
  source: "Lambda Developer Guide, SQS event source: six times the timeout",
} as const;
export const OUTAGE_TOLERANCE_MINUTES: Limit = {
  min: 1,
  max: (14 * DAY_SECONDS) / 60,
  unit: "minutes",
  source: "the longest queue retention, 14 days",
};
/** Below SQS's 1 MiB so that every accepted event fits a DynamoDB item of 400 KB, and AWS provider 5 takes it. */
export const MESSAGE_BYTES = { value: 262_144, source: "DynamoDB quotas, item size 400 KB" } as const;

export const THROTTLE_PER_SECOND: Limit = {
  min: 1,
  max: 1_000_000,
  unit: "requests a second",
  source: "API Gateway API, ThrottlingRateLimit; 0 would refuse every request",
};
export const THROTTLE_BURST: Limit = {
  min: 1,
  max: 1_000_000,
  unit: "requests",
  source: "API Gateway API, ThrottlingBurstLimit; 0 would refuse every request",
};
/** What the API waits for an integration to answer. */
export const INTEGRATION_TIMEOUT_MS = {
  value: 30_000,
  source: "API Gateway quotas for HTTP APIs, integration timeout",
} as const;
/** Length of one value of an integration's request parameters. */
export const REQUEST_PARAMETER_CHARACTERS = {
  value: 512,
  source: "API Gateway API, CreateIntegration, requestParameters",
} as const;

export const ALLOWED_CIDRS: Limit = {
  min: 1,
  max: 40,
  unit: "networks",
  source: `our own: they travel in a function's environment of 4,096 bytes (${FUNCTION_ENVIRONMENT_BYTES.source})`,
};

export const SOURCE_SECRETS = {
  max: 4,
  source: "our own: the old and the new one of a rotation, in one store or in two",
} as const;
export const SIGNATURE_TOLERANCE_SECONDS: Limit = {
  min: 1,
  max: 86_400,
  unit: "seconds",
  source: "our own: for so long a captured request can be sent again; senders' own are around 300",
};
export const SIGNED_PARTS: Limit = { min: 1, max: 8, unit: "signed parts", source: "our own" };
export const ACCEPTED_TYPES: Limit = {
  min: 1,
  max: 50,
  unit: "types",
  source: `our own: they travel in a function's environment (${FUNCTION_ENVIRONMENT_BYTES.source})`,
};
export const REJECTED_PER_MINUTE: Limit = {
  min: 1,
  max: 2_000,
  unit: "records",
  source: "our own: their ids, of 128 characters at most, are one item (DynamoDB quotas, item size 400 KB)",
};

export const EXPIRY_DAYS: Limit = { min: 1, max: 36_500, unit: "days", source: "our own: a hundred years" };
export const REJECTED_EXPIRY_DAYS: Limit = {
  min: 14,
  max: 36_500,
  unit: "days",
  source: "our own: a rejected event can be replayed for as long as a queue would have kept it",
};
/** What a body in S3 outlives whatever points at it: expiry in DynamoDB and in S3 is late by days, each by others. */
export const BODY_EXPIRY_MARGIN_DAYS = {
  value: 7,
  source: "DynamoDB Developer Guide, time to live: deleted within a few days; S3 User Guide, expiring objects",
} as const;
export const INDEX_SHARDS: Limit = {
  min: 1,
  max: 256,
  unit: "shards",
  source: "our own: a listing asks every shard; each takes 1,000 write units a second",
};
export const COMPRESS_OVER_BYTES: Limit = {
  min: 0,
  max: MESSAGE_BYTES.value,
  unit: "bytes",
  source: "the queue's largest message (0 compresses every body)",
};

/** Days that CloudWatch Logs keeps a log group's events. Never expiring (0) is left out on purpose. */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1_096, 1_827, 2_192, 2_557, 2_922, 3_288, 3_653,
] as const;
export const LOG_RETENTION_SOURCE = "CloudWatch Logs API, PutRetentionPolicy";

/** AWS allows 50 tags a resource; three are the stack's own. */
export const TAGS = {
  max: 47,
  keyCharacters: 128,
  valueCharacters: 256,
  source: "Tagging AWS Resources, tag naming limits",
} as const;
