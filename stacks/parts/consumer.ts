import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { LambdaEventSourceMapping } from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { mappingMaximumConcurrency } from "../capacity";
import type { ConsumerSettings } from "../consumer-settings";
import type { ResourceNames } from "../names";
import type { Statement } from "../policy";
import type { Settings } from "../settings";
import { bundledFunction } from "./bundled-function";
import type { VpcAccess } from "./vpc-access";

export interface ConsumerProps {
  readonly names: ResourceNames;
  readonly settings: Settings;
  /** How many at once, how much at a time. */
  readonly consumer: ConsumerSettings;
  /** Whether as many run at once as there is work for, whatever `consumer` says. @default false */
  readonly isUnbounded?: boolean;
  /** Folder of the consumer's bundle. */
  readonly bundleDirectory: string;
  readonly queue: SqsQueue;
  /** What it is told of the events and of the sink. */
  readonly variables: Readonly<Record<string, string>>;
  /** What it may do with what it is told of. */
  readonly rights: readonly Statement[];
  readonly vpc?: VpcAccess | undefined;
  /** What the sink needs before the first event is stored. */
  readonly after?: readonly ITerraformDependable[];
}

/** The function that stores events, what feeds it, and exactly the rights it uses. */
export class Consumer extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: CloudwatchLogGroup;
  readonly mapping: LambdaEventSourceMapping;

  constructor(scope: Construct, id: string, props: ConsumerProps) {
    super(scope, id);
    const { queue, consumer, isUnbounded = false } = props;
    const made = bundledFunction(this, {
      names: props.names,
      settings: props.settings,
      name: "consume",
      description: "Stores the events of the queue.",
      bundleDirectory: props.bundleDirectory,
      size: isUnbounded ? { ...consumer, reservedConcurrency: undefined } : consumer,
      variables: props.variables,
      rights: [pollingRight(queue), ...props.rights],
      vpc: props.vpc,
      after: props.after,
    });
    this.function = made.function;
    this.logGroup = made.logGroup;

    this.mapping = new LambdaEventSourceMapping(this, "mapping", {
      eventSourceArn: queue.arn,
      functionName: this.function.arn,
      batchSize: consumer.batchSize,
      maximumBatchingWindowInSeconds: consumer.batchWindowSeconds,
      functionResponseTypes: ["ReportBatchItemFailures"],
      ...(isUnbounded
        ? {}
        : { scalingConfig: { maximumConcurrency: mappingMaximumConcurrency(consumer.maximumConcurrency) } }),
      // Lambda tries to receive as the role when the mapping is made.
      dependsOn: [made.rights, ...(props.after ?? [])],
    });
  }
}

/** What Lambda needs to poll: Lambda Developer Guide, configuring an SQS event source. */
function pollingRight(queue: SqsQueue): Statement {
  return {
    Effect: "Allow",
    Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    Resource: queue.arn,
  };
}
