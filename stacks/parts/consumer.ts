import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Construct } from "constructs";
import { CONSUMER_ENVIRONMENT } from "../../functions/environment";
import { mappingMaximumConcurrency } from "../capacity";
import { BODY_KEYS } from "../names";
import type { Statement } from "../policy";
import type { Settings } from "../settings";
import { bundledFunction } from "./bundled-function";

export interface ConsumerProps {
  readonly environment: string;
  readonly settings: Settings;
  /** Folder of the consumer's bundle. */
  readonly bundleDirectory: string;
  readonly queue: SqsQueue;
  readonly table: DynamodbTable;
  /** Header sets by name, where a message carries values only. @default a message names its headers */
  readonly headerSets?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Where bodies lie that no message holds. @default every body is in its message */
  readonly bodies?: S3Bucket | undefined;
  /** Networks whose events are stored; those of others are rejected. @default everybody's, or the ingress has looked */
  readonly allowedCidrs?: readonly string[] | undefined;
}

/** The function that stores events, what feeds it, and exactly the rights it uses. */
export class Consumer extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: ConsumerProps) {
    super(scope, id);
    const { queue, settings } = props;
    const { consumer } = settings;
    const made = bundledFunction(this, {
      environment: props.environment,
      settings,
      name: "consume",
      description: "Stores the events of the queue.",
      bundleDirectory: props.bundleDirectory,
      size: consumer,
      variables: consumerEnvironment(props),
      rights: consumerRights(props),
    });
    this.function = made.function;
    this.logGroup = made.logGroup;

    new LambdaEventSourceMapping(this, "mapping", {
      eventSourceArn: queue.arn,
      functionName: this.function.arn,
      batchSize: consumer.batchSize,
      maximumBatchingWindowInSeconds: consumer.batchWindowSeconds,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: mappingMaximumConcurrency(consumer.maximumConcurrency) },
      // Lambda tries to receive as the role when the mapping is made.
      dependsOn: [made.rights],
    });
  }
}

function consumerRights({ queue, table, bodies }: ConsumerProps): Statement[] {
  return [
    // What Lambda needs to poll: Lambda Developer Guide, configuring an SQS event source.
    {
      Effect: "Allow",
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      Resource: queue.arn,
    },
    { Effect: "Allow", Action: ["dynamodb:PutItem", "dynamodb:GetItem"], Resource: table.arn },
    ...(bodies === undefined ? [] : bodyRights(bodies)),
  ];
}

/** To read a body, and to copy it: a copy reads its source and writes its target (S3 API, CopyObject, permissions). */
function bodyRights(bodies: S3Bucket): Statement[] {
  return [
    { Effect: "Allow", Action: "s3:GetObject", Resource: `${bodies.arn}/${BODY_KEYS.inflight}*` },
    { Effect: "Allow", Action: "s3:PutObject", Resource: `${bodies.arn}/${BODY_KEYS.kept}*` },
    // Without it S3 says of a missing object that access is denied (S3 API, GetObject, permissions): one message's
    // fault could not be told from a stack's. It cannot be narrowed by s3:prefix, which a GetObject does not have.
    { Effect: "Allow", Action: "s3:ListBucket", Resource: bodies.arn },
  ];
}

function consumerEnvironment(props: ConsumerProps): Record<string, string> {
  const { settings, table, headerSets, bodies, allowedCidrs } = props;
  const names = CONSUMER_ENVIRONMENT;
  return {
    [names.eventsTableName]: table.name,
    [names.ingress]: settings.ingress,
    ...(headerSets === undefined ? {} : { [names.headerSets]: JSON.stringify(headerSets) }),
    [names.indexShards]: String(settings.table.indexShards),
    [names.compressOverBytes]: String(settings.table.compressOverBytes),
    ...(settings.table.eventExpiryDays === undefined
      ? {}
      : { [names.eventExpiryDays]: String(settings.table.eventExpiryDays) }),
    [names.rejectedExpiryDays]: String(settings.table.rejectedExpiryDays),
    ...(bodies === undefined ? {} : { [names.bodiesBucketName]: bodies.bucket }),
    ...(allowedCidrs === undefined ? {} : { [names.allowedCidrs]: JSON.stringify(allowedCidrs) }),
  };
}
