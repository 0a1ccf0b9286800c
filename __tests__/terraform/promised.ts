/**
 * What the settings of an applied stack promise, in AWS's own words and written down once more: nothing here is
 * computed by the code that is tested.
 */

import type { Attributes } from "./deployed";
import { ACCOUNT, refusingPlainHttp, rights } from "./promised-rights";
import type { Factor, Variant } from "./variants";

export interface Promised {
  readonly queue: Attributes;
  readonly deadLetterQueue: Attributes;
  readonly table: Attributes;
  readonly mapping: Attributes;
  readonly functions: Readonly<Record<string, Attributes>>;
  /** Every environment variable of each function. */
  readonly variables: Readonly<Record<string, Attributes>>;
  readonly rights: Readonly<Record<string, readonly unknown[]>>;
  readonly stage: Attributes;
  readonly bodyExpiryDays: Readonly<Record<string, number>> | undefined;
}

/** @param bucket the name of the bodies bucket, which AWS completes; not used with direct ingress */
export function promised({ name, on }: Variant, bucket: string): Promised {
  const has = (factor: Factor) => on.includes(factor);
  const lambda = has("lambdaIngress");
  const window = has("batchWindow");
  const queueArn = `arn:aws:sqs:${ACCOUNT}:${name}-webhook-events`;
  const deadLetterArn = `${queueArn}-dead-letter`;
  const common = { MaximumMessageSize: "262144", ReceiveMessageWaitTimeSeconds: "20", SqsManagedSseEnabled: "true" };
  const expiry = has("eventExpiry");
  return {
    queue: {
      ...common,
      QueueArn: queueArn,
      MessageRetentionPeriod: "259200",
      // Six times 13 s, and the window of 17 s.
      VisibilityTimeout: window ? "95" : "78",
      // The receives in half an hour, and five to spare.
      RedrivePolicy: { deadLetterTargetArn: deadLetterArn, maxReceiveCount: window ? 24 : 29 },
      Policy: refusingPlainHttp(queueArn),
    },
    deadLetterQueue: {
      ...common,
      QueueArn: deadLetterArn,
      MessageRetentionPeriod: "432000",
      RedriveAllowPolicy: { redrivePermission: "byQueue", sourceQueueArns: [queueArn] },
      Policy: refusingPlainHttp(deadLetterArn),
    },
    table: {
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-source-and-time",
          KeySchema: [
            { AttributeName: "sourceShard", KeyType: "HASH" },
            { AttributeName: "receivedAt", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["state"] },
        },
      ],
      DeletionProtectionEnabled: false,
      timeToLive: { AttributeName: "expiresAt", TimeToLiveStatus: "ENABLED" },
      pointInTimeRecovery: has("noPointInTimeRecovery") ? "DISABLED" : "ENABLED",
      encryption: has("managedEncryption") ? "KMS" : undefined,
    },
    mapping: {
      EventSourceArn: queueArn,
      BatchSize: window ? 500 : 10,
      MaximumBatchingWindowInSeconds: window ? 17 : 0,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 7 },
      State: "Enabled",
    },
    functions: {
      consume: {
        ...functionOf(name, "consume", has),
        Timeout: 13,
        reserved: has("reservedConcurrency") ? 9 : undefined,
        mayBeInvokedBy: [],
      },
      ...(lambda
        ? {
            publish: {
              ...functionOf(name, "publish", has),
              Timeout: 10,
              reserved: has("reservedConcurrency") ? 11 : undefined,
            },
          }
        : {}),
    },
    variables: variables(name, has, bucket),
    rights: rights(name, { bucket: lambda ? bucket : undefined, hasSources: has("sources") }),
    stage: {
      stageName: "$default",
      autoDeploy: true,
      accessLogSettings: {
        destinationArn: `arn:aws:logs:${ACCOUNT}:log-group:/aws/vendedlogs/${name}-webhook-access`,
      },
      throttle: has("throttle") ? { perSecond: 19, burst: 23 } : undefined,
    },
    bodyExpiryDays: lambda
      ? {
          // Both retentions and a week; what an item points at, a week longer than the item.
          "inflight/": 15,
          "bodies/rejected/": 38,
          ...(expiry ? { "bodies/stored/": 36, "bodies/failed/": 36, "bodies/conflict/": 36 } : {}),
        }
      : undefined,
  };
}

/** Without what is the default: Stripe's own ids, and that what is not verified is rejected. */
const SOURCES =
  '[{"name":"stripe","path":"/stripe/*","signature":{"scheme":"stripe","secretNames":["ssm:/webhook/stripe","secretsmanager:webhook/stripe"]}},' +
  '{"name":"billing","path":"/billing","signature":{"scheme":"hmac","header":"X-Signature","algorithm":"sha256","encoding":"hex","secretNames":["secretsmanager:webhook/billing"]},"identity":"content"}]';
const OWN_HEADER_SET = /"source-billing-[0-9a-f]{6}":\["content-type","user-agent","x-signature"\]\}$/;

const functionOf = (name: string, end: string, has: (factor: Factor) => boolean): Attributes => ({
  FunctionName: `${name}-webhook-${end}`,
  Role: `arn:aws:iam::123456789012:role/${name}-webhook-${end}`,
  Runtime: "nodejs22.x",
  Handler: "index.handler",
  MemorySize: 256,
  Architectures: [has("x86") ? "x86_64" : "arm64"],
});

function variables(name: string, has: (factor: Factor) => boolean, bucket: string): Record<string, Attributes> {
  const lambda = has("lambdaIngress");
  // One of the two looks at the source: the publisher, where there is one.
  const cidrs = has("allowedCidrs") ? { ALLOWED_CIDRS: '["192.0.2.0/24","2001:db8::/32"]' } : {};
  // And its signature.
  const sources = has("sources") ? { SOURCES } : {};
  const powertools = (end: string) => ({
    POWERTOOLS_SERVICE_NAME: `${name}-webhook-${end}`,
    POWERTOOLS_LOG_LEVEL: "INFO",
  });
  const consume = {
    ...powertools("consume"),
    EVENTS_TABLE_NAME: `${name}-webhook-events`,
    INDEX_SHARDS: "8",
    COMPRESS_OVER_BYTES: "1024",
    REJECTED_EXPIRY_DAYS: "31",
    ...(has("eventExpiry") ? { EVENT_EXPIRY_DAYS: "29" } : {}),
    REJECTED_MAX_PER_MINUTE: has("sources") ? "37" : "60",
  };
  if (!lambda) {
    const headerSets = expect.stringMatching(has("sources") ? OWN_HEADER_SET : /^\{"default":\[.*"github":\[/);
    return { consume: { ...consume, ...cidrs, ...sources, INGRESS: "direct", HEADER_SETS: headerSets } };
  }
  return {
    consume: { ...consume, INGRESS: "lambda", BODIES_BUCKET_NAME: bucket },
    publish: {
      ...powertools("publish"),
      ...cidrs,
      ...sources,
      EVENTS_QUEUE_URL: expect.stringMatching(new RegExp(`/123456789012/${name}-webhook-events$`)),
      BODIES_BUCKET_NAME: bucket,
      MAXIMUM_MESSAGE_BYTES: "262144",
    },
  };
}
