/** Looks into a running stack as an operator does, with the AWS SDK: what the queues hold, what the table holds. */
import { brotliDecompressSync } from "node:zlib";
import { type AttributeValue, DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { LocalRun } from "../start";
import { bodySha256Of, type StoredRecord } from "./account";

/** What the queues of a stack hold at one moment. */
export interface Depth {
  readonly visible: number;
  readonly inFlight: number;
}

export class Operator {
  readonly #sqs: SQSClient;
  readonly #dynamoDb: DynamoDBClient;
  readonly #s3: S3Client;
  readonly #outputs: LocalRun["outputs"];

  constructor({ awsUrl, region, operator, outputs }: Pick<LocalRun, "awsUrl" | "region" | "operator" | "outputs">) {
    const client = { endpoint: awsUrl, region, credentials: operator };
    this.#sqs = new SQSClient(client);
    this.#dynamoDb = new DynamoDBClient(client);
    this.#s3 = new S3Client(client);
    this.#outputs = outputs;
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

  /** The whole table; hashes are made anew from the stored bodies. */
  async records(): Promise<readonly StoredRecord[]> {
    const records: StoredRecord[] = [];
    const scan = paginateScan({ client: this.#dynamoDb }, { TableName: this.#outputs.events_table_name });
    for await (const { Items = [] } of scan) {
      for (const item of Items) records.push(recordOf(item, await this.#bodyOf(item)));
    }
    return records;
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

  close(): void {
    this.#sqs.destroy();
    this.#dynamoDb.destroy();
    this.#s3.destroy();
  }

  /** From the item, or from the bucket where the item only says where it is. */
  async #bodyOf({ body, bodyBrotli, bodyKey }: Record<string, AttributeValue>): Promise<Uint8Array> {
    if (bodyBrotli?.B !== undefined) return brotliDecompressSync(bodyBrotli.B);
    if (bodyKey?.S === undefined) return Buffer.from(body?.S ?? "");
    const get = new GetObjectCommand({ Bucket: this.#outputs.bodies_bucket_name, Key: bodyKey.S });
    const { Body } = await this.#s3.send(get);
    return (await Body?.transformToByteArray()) ?? new Uint8Array();
  }
}

function recordOf(item: Record<string, AttributeValue>, body: Uint8Array): StoredRecord {
  return {
    key: item.pk?.S ?? "",
    state: item.state?.S ?? "",
    requestId: item.requestId?.S ?? "",
    bodySha256: bodySha256Of(body),
  };
}
