import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { SqsQueueRedriveAllowPolicy } from "@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy";
import { Construct } from "constructs";
import { MESSAGE_BYTES } from "../limits";
import type { ResourceNames } from "../names";
import { policy } from "../policy";

export interface EventsQueueProps {
  readonly names: ResourceNames;
  /** 1–14. */
  readonly retentionDays: number;
  /** 1–14, at least retentionDays. */
  readonly deadLetterRetentionDays: number;
  readonly visibilityTimeoutSeconds: number;
  readonly maxReceiveCount: number;
}

const DAY_SECONDS = 86_400;
/** Long polling: a receive waits for a message. SQS API, ReceiveMessageWaitTimeSeconds, at most. */
const RECEIVE_WAIT_SECONDS = 20;

/** The events queue and its dead-letter queue: encrypted, TLS only, and only the one may feed the other. */
export class EventsQueue extends Construct {
  readonly queue: SqsQueue;
  readonly deadLetterQueue: SqsQueue;

  constructor(scope: Construct, id: string, props: EventsQueueProps) {
    super(scope, id);
    const common = {
      maxMessageSize: MESSAGE_BYTES.value,
      receiveWaitTimeSeconds: RECEIVE_WAIT_SECONDS,
      sqsManagedSseEnabled: true,
    };
    this.deadLetterQueue = new SqsQueue(this, "dead-letter-queue", {
      ...common,
      name: props.names.of("events-dead-letter"),
      messageRetentionSeconds: props.deadLetterRetentionDays * DAY_SECONDS,
    });
    this.queue = new SqsQueue(this, "queue", {
      ...common,
      name: props.names.of("events"),
      messageRetentionSeconds: props.retentionDays * DAY_SECONDS,
      visibilityTimeoutSeconds: props.visibilityTimeoutSeconds,
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: this.deadLetterQueue.arn,
        maxReceiveCount: props.maxReceiveCount,
      }),
    });
    // A resource of its own: each queue names the other.
    new SqsQueueRedriveAllowPolicy(this, "redrive-allow-policy", {
      queueUrl: this.deadLetterQueue.url,
      redriveAllowPolicy: JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [this.queue.arn] }),
    });
    this.refusePlainHttp("queue-policy", this.queue);
    this.refusePlainHttp("dead-letter-queue-policy", this.deadLetterQueue);
  }

  private refusePlainHttp(id: string, queue: SqsQueue): void {
    new SqsQueuePolicy(this, id, {
      queueUrl: queue.url,
      policy: policy({
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: queue.arn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      }),
    });
  }
}
