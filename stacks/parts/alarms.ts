import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import type { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { Construct } from "constructs";
import type { ResourceNames } from "../names";
import { countLines } from "./line-count";

export interface AlarmsProps {
  readonly names: ResourceNames;
  /** Exactly one of the two. */
  readonly destination: { readonly topicArn?: string | undefined; readonly email?: string | undefined };
  readonly queue: SqsQueue;
  readonly deadLetterQueue: SqsQueue;
  readonly retentionDays: number;
  readonly function: LambdaFunction;
  /** Of that function. */
  readonly logGroup: CloudwatchLogGroup;
}

interface Alarm {
  readonly id: string;
  readonly description: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Record<string, string>;
  readonly statistic: "Maximum" | "Sum";
  /** The alarm is raised above this. */
  readonly threshold: number;
}

const PERIOD_SECONDS = 300;
const DAY_SECONDS = 86_400;

/** What somebody must look at before an event can be lost. */
export class Alarms extends Construct {
  private readonly topicArn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    this.topicArn = this.topic();
    for (const alarm of this.alarms()) this.alarm(alarm);
  }

  private topic(): string {
    const { destination, names } = this.props;
    if (destination.topicArn !== undefined) return destination.topicArn;
    const topic = new SnsTopic(this, "topic", { name: names.of("alarms") });
    if (destination.email !== undefined) {
      new SnsTopicSubscription(this, "email", { topicArn: topic.arn, protocol: "email", endpoint: destination.email });
    }
    return topic.arn;
  }

  private alarms(): Alarm[] {
    const { queue, deadLetterQueue, retentionDays } = this.props;
    const sqs = { namespace: "AWS/SQS", statistic: "Maximum" } as const;
    // SQS leaves messages that were received three times or more out of this age (SQS Developer Guide, metrics): it
    // tells of a consumer that does not keep up, not of a sink that is down.
    const age = (percent: number): Alarm => ({
      ...sqs,
      id: `oldest-message-${percent}-percent`,
      description: `The oldest event has waited for ${percent} % of the queue's retention; at 100 % it is deleted.`,
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: queue.name },
      threshold: (retentionDays * DAY_SECONDS * percent) / 100,
    });
    return [
      {
        ...sqs,
        id: "dead-letter-queue-not-empty",
        description: "Events went to the dead-letter queue: find out why, then redrive them before they expire.",
        // Not NumberOfMessagesSent: a redrive policy's moves do not count there.
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: deadLetterQueue.name },
        threshold: 0,
      },
      age(25),
      age(50),
      {
        id: "consumer-errors",
        description: "Invocations of the consumer fail: the sink is down or refuses, or the function crashes.",
        namespace: "AWS/Lambda",
        statistic: "Sum",
        metricName: "Errors",
        dimensions: { FunctionName: this.props.function.functionName },
        threshold: 0,
      },
      {
        id: "conflicts",
        description: "A sender used one id for two contents, or somebody else used its id: compare the two records.",
        ...this.conflicts(),
        statistic: "Sum",
        dimensions: {},
        threshold: 0,
      },
    ];
  }

  private conflicts() {
    const { names, logGroup } = this.props;
    return countLines(this, "conflict-count", { logGroup, name: names.of("conflicts"), stage: "conflict" });
  }

  private alarm({ id, description, ...metric }: Alarm): void {
    new CloudwatchMetricAlarm(this, id, {
      ...metric,
      alarmName: this.props.names.of(id),
      alarmDescription: description,
      comparisonOperator: "GreaterThanThreshold",
      period: PERIOD_SECONDS,
      evaluationPeriods: 1,
      // No data is an idle queue or function.
      treatMissingData: "notBreaching",
      alarmActions: [this.topicArn],
      okActions: [this.topicArn],
    });
  }
}
