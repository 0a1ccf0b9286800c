import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { DynamodbTable } from "@cdktf/provider-aws/lib/dynamodb-table";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Construct } from "constructs";
import { CONSUMER_ENVIRONMENT } from "../../functions/environment";
import { mappingMaximumConcurrency } from "../capacity";
import { headerSets } from "../header-sets";
import { functionLogGroupName, resourceName } from "../names";
import { policy, trust } from "../policy";
import type { Settings } from "../settings";
import { FunctionBundle } from "./function-bundle";
import { logGroup } from "./log-group";

export interface ConsumerProps {
  readonly environment: string;
  readonly settings: Settings;
  /** Folder of the consumer's bundle. */
  readonly bundleDirectory: string;
  readonly queue: SqsQueue;
  readonly table: DynamodbTable;
}

/** The function that stores events, what feeds it, and exactly the rights it uses. */
export class Consumer extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: ConsumerProps) {
    super(scope, id);
    const { environment, queue } = props;
    const { consumer, logs } = props.settings;
    const functionName = resourceName(environment, "consume");
    this.logGroup = logGroup(this, "log-group", functionLogGroupName(functionName), logs.retentionDays);
    const bundle = new FunctionBundle(this, "bundle", { directory: props.bundleDirectory, name: "consume" });
    const role = new IamRole(this, "role", { name: functionName, assumeRolePolicy: trust("lambda.amazonaws.com") });
    const rights = new IamRolePolicy(this, "role-policy", {
      name: "consume",
      role: role.name,
      policy: this.rights(props),
    });

    this.function = new LambdaFunction(this, "function", {
      functionName,
      description: "Stores the events of the queue.",
      role: role.arn,
      filename: bundle.filename,
      sourceCodeHash: bundle.sourceCodeHash,
      handler: FunctionBundle.HANDLER,
      runtime: consumer.runtime,
      architectures: [consumer.architecture],
      memorySize: consumer.memoryMb,
      timeout: consumer.timeoutSeconds,
      ...(consumer.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: consumer.reservedConcurrency }),
      environment: { variables: consumerEnvironment(props) },
      // JSON, so that Lambda's own lines can be searched like ours. Powertools writes JSON in either case.
      loggingConfig: { logFormat: "JSON", logGroup: this.logGroup.name },
    });

    new LambdaEventSourceMapping(this, "mapping", {
      eventSourceArn: queue.arn,
      functionName: this.function.arn,
      batchSize: consumer.batchSize,
      maximumBatchingWindowInSeconds: consumer.batchWindowSeconds,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: mappingMaximumConcurrency(consumer.maximumConcurrency) },
      // Lambda tries to receive as the role when the mapping is made.
      dependsOn: [rights],
    });
  }

  private rights({ queue, table }: ConsumerProps): string {
    return policy(
      // What Lambda needs to poll: Lambda Developer Guide, configuring an SQS event source.
      {
        Effect: "Allow",
        Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        Resource: queue.arn,
      },
      { Effect: "Allow", Action: ["dynamodb:PutItem", "dynamodb:GetItem"], Resource: table.arn },
      { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${this.logGroup.arn}:*` },
    );
  }
}

function consumerEnvironment({ environment, settings, table }: ConsumerProps): Record<string, string> {
  const names = CONSUMER_ENVIRONMENT;
  return {
    [names.eventsTableName]: table.name,
    [names.ingress]: settings.ingress,
    [names.headerSets]: JSON.stringify(headerSets(Object.values(settings.senders))),
    [names.indexShards]: String(settings.table.indexShards),
    [names.compressOverBytes]: String(settings.table.compressOverBytes),
    ...(settings.table.eventExpiryDays === undefined
      ? {}
      : { [names.eventExpiryDays]: String(settings.table.eventExpiryDays) }),
    [names.rejectedExpiryDays]: String(settings.table.rejectedExpiryDays),
    POWERTOOLS_SERVICE_NAME: resourceName(environment, "consume"),
    POWERTOOLS_LOG_LEVEL: "INFO",
  };
}
