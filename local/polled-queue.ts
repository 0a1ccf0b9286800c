/** The queue as an event source mapping sees it: the SQS calls that Lambda makes in the name of the function's role. */
import { AwsFault } from "./aws-fault";
import type { Held } from "./mapping-batch";
import type { ReceivedMessage } from "./queue-records";

/** @throws AwsFault */
export type CallQueue = (action: string, input: Readonly<Record<string, unknown>>) => Promise<unknown>;

export interface HeldMessage extends Held {
  readonly received: ReceivedMessage;
}

/** SQS API: entries of a batch request. */
const MAX_PER_CALL = 10;

export class PolledQueue {
  constructor(
    private readonly queueUrl: string,
    private readonly call: CallQueue,
  ) {}

  /** @throws AwsFault when the queue is down, or the role may not receive */
  async receive(maximum: number, waitMs: number): Promise<HeldMessage[]> {
    const { Messages = [] } = (await this.call("ReceiveMessage", {
      QueueUrl: this.queueUrl,
      MaxNumberOfMessages: maximum,
      WaitTimeSeconds: waitMs / 1000,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    })) as { Messages?: ReceivedMessage[] };
    return Messages.map((received) => ({
      messageId: received.MessageId,
      receivedAt: Date.now(),
      bytes: Buffer.byteLength(received.Body),
      received,
    }));
  }

  /** What Lambda may read to see whether to grow: this is what it asks the permission for. */
  async leftVisible(): Promise<number> {
    try {
      const { Attributes } = (await this.call("GetQueueAttributes", {
        QueueUrl: this.queueUrl,
        AttributeNames: ["ApproximateNumberOfMessages"],
      })) as { Attributes: Record<string, string> };
      return Number(Attributes.ApproximateNumberOfMessages);
    } catch (fault) {
      // What was received is in hand and must be worked off all the same.
      if (fault instanceof AwsFault) return 0;
      throw fault;
    }
  }

  /** Tells of the messages that are gone; what could not be deleted is seen again after its visibility timeout, as on AWS. */
  async delete(messages: readonly HeldMessage[], onDeleted: (messageId: string) => void): Promise<void> {
    for (let from = 0; from < messages.length; from += MAX_PER_CALL) {
      const some = messages.slice(from, from + MAX_PER_CALL);
      const Entries = some.map(({ received }, index) => ({ Id: String(index), ReceiptHandle: received.ReceiptHandle }));
      try {
        await this.call("DeleteMessageBatch", { QueueUrl: this.queueUrl, Entries });
      } catch (fault) {
        if (!(fault instanceof AwsFault)) throw fault;
        continue;
      }
      for (const { messageId } of some) onDeleted(messageId);
    }
  }
}
