/** The same queue twice, our own and fauxqs's (an emulator by others), each as the AWS SDK sees it. */
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
  SQSServiceException,
} from "@aws-sdk/client-sqs";
import { buildApp } from "fauxqs";
import { OPERATOR_CREDENTIALS } from "../../../local/roles";
import { Played } from "../played-stack";

/** In the words of the SQS API. */
export interface QueueSettings {
  /** @default 30 */
  readonly VisibilityTimeout?: number;
  /** @default 0 */
  readonly DelaySeconds?: number;
  /** @default 262144 */
  readonly MaximumMessageSize?: number;
  /** To the dead-letter queue after so many receives. @default 100 */
  readonly maxReceiveCount?: number;
}

export class QueueUnderTest {
  constructor(
    readonly sqs: SQSClient,
    readonly url: string,
    readonly deadLetterUrl: string,
  ) {}

  async send(MessageBody: string, more: Partial<SendMessageCommandInput> = {}) {
    return this.sqs.send(new SendMessageCommand({ QueueUrl: this.url, MessageBody, ...more }));
  }

  async receive(more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> {
    const { Messages = [] } = await this.sqs.send(new ReceiveMessageCommand({ QueueUrl: this.url, ...more }));
    return Messages;
  }

  async receiveOne(more: Partial<ReceiveMessageCommandInput> = {}): Promise<Message> {
    const [message] = await this.receive(more);
    if (message === undefined) throw new Error("no message came");
    return message;
  }

  async changeVisibility({ ReceiptHandle }: Message, VisibilityTimeout: number): Promise<void> {
    await this.sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: this.url, ReceiptHandle, VisibilityTimeout }));
  }

  async delete({ ReceiptHandle }: Pick<Message, "ReceiptHandle">): Promise<void> {
    await this.sqs.send(new DeleteMessageCommand({ QueueUrl: this.url, ReceiptHandle }));
  }

  /** Visible, in flight, delayed. */
  async depth(QueueUrl = this.url): Promise<string> {
    const kinds = ["", "NotVisible", "Delayed"] as const;
    const names = kinds.map((kind) => `ApproximateNumberOfMessages${kind}` as const);
    const { Attributes = {} } = await this.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: names }));
    return names.map((name) => Attributes[name]).join(" ");
  }
}

/** The name of the error that a caller gets, without the prefix of the older query protocol; "taken" when there was none. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  return (await refusalInFull(call)).replace(/^AWS\.SimpleQueueService\./, "");
}

export async function refusalInFull(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return "taken";
  } catch (error) {
    if (error instanceof SQSServiceException) return error.name;
    throw error;
  }
}

/** Makes a queue with its dead-letter queue. */
interface Side {
  queue(settings: QueueSettings): Promise<QueueUnderTest>;
  stop(): Promise<void>;
}

export function ownSide(): Side {
  const started: Played[] = [];
  return {
    queue: async (settings) => {
      const played = await Played.start({
        queue: {
          receive_wait_time_seconds: 0,
          visibility_timeout_seconds: settings.VisibilityTimeout ?? 30,
          delay_seconds: settings.DelaySeconds ?? 0,
          max_message_size: settings.MaximumMessageSize ?? 262_144,
          redrive_policy: `{"deadLetterTargetArn":"\${aws_sqs_queue.dead.arn}","maxReceiveCount":${settings.maxReceiveCount ?? 100}}`,
        },
      });
      started.push(played);
      return new QueueUnderTest(played.sqs(), played.queueUrl, played.queueUrl.replace(/events$/, "dead"));
    },
    stop: async () => {
      for (const played of started) await played.stop();
    },
  };
}

export async function fauxqsSide(): Promise<Side> {
  const app = buildApp({ logger: false });
  const endpoint = await app.listen({ host: "127.0.0.1", port: 0 });
  const sqs = new SQSClient({
    endpoint,
    // Its queue URLs have a host name that would need a name server.
    useQueueUrlAsEndpoint: false,
    region: "us-east-1",
    credentials: OPERATOR_CREDENTIALS,
    maxAttempts: 1,
  });
  let made = 0;
  const create = async (QueueName: string, attributes: Record<string, unknown>): Promise<string> => {
    const Attributes = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]));
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    return QueueUrl;
  };
  return {
    queue: async ({ maxReceiveCount = 100, ...settings }) => {
      const name = `events-${made++}`;
      const dead = await create(`${name}-dead`, {});
      const deadLetterTargetArn = `arn:aws:sqs:us-east-1:000000000000:${name}-dead`;
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount });
      return new QueueUnderTest(
        sqs,
        await create(name, { MaximumMessageSize: 262_144, ...settings, RedrivePolicy }),
        dead,
      );
    },
    stop: async () => {
      sqs.destroy();
      await app.close();
    },
  };
}
