/** Looks into a running stack as an operator does: what the queues hold, what the sink holds. */
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { LocalRun } from "../start";
import type { StoredRecord } from "./account";
import { DatabaseLook } from "./look-database";
import { TableLook } from "./look-table";

/** What the queues of a stack hold at one moment. */
export interface Depth {
  readonly visible: number;
  readonly inFlight: number;
}

/** What an operator reads from where events end. */
export interface SinkLook {
  /** Everything that is there; hashes are made anew from the stored bodies. */
  records(): Promise<readonly StoredRecord[]>;
  close(): Promise<void>;
}

export class Operator {
  readonly #sqs: SQSClient;
  readonly #sink: SinkLook;
  readonly #outputs: LocalRun["outputs"];

  constructor(run: Pick<LocalRun, "awsUrl" | "region" | "operator" | "outputs" | "database">) {
    this.#sqs = new SQSClient({ endpoint: run.awsUrl, region: run.region, credentials: run.operator });
    this.#sink = run.database === undefined ? new TableLook(run) : new DatabaseLook(run.database);
    this.#outputs = run.outputs;
  }

  /** Of the events queue. */
  async depth(): Promise<Depth> {
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.#outputs.events_queue_url,
        AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
      }),
    );
    return {
      visible: Number(Attributes.ApproximateNumberOfMessages),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
    };
  }

  records(): Promise<readonly StoredRecord[]> {
    return this.#sink.records();
  }

  /** Message ids of what is in the dead-letter queue. To be looked at it is received, which hides it for a while. */
  async deadLetteredMessageIds(): Promise<ReadonlySet<string>> {
    const ids = new Set<string>();
    for (;;) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#outputs.dead_letter_queue_url,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: 60,
          WaitTimeSeconds: 0,
        }),
      );
      if (Messages.length === 0) return ids;
      for (const { MessageId = "" } of Messages) ids.add(MessageId);
    }
  }

  async close(): Promise<void> {
    this.#sqs.destroy();
    await this.#sink.close();
  }
}
