/** Reads the events table of a running stack, with the AWS SDK. */
import { brotliDecompressSync } from "node:zlib";
import { type AttributeValue, DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { LocalRun } from "../start";
import { bodySha256Of, type StoredRecord } from "./account";
import type { SinkLook } from "./look";

export class TableLook implements SinkLook {
  readonly #dynamoDb: DynamoDBClient;
  readonly #s3: S3Client;
  readonly #outputs: LocalRun["outputs"];

  constructor({ awsUrl, region, operator, outputs }: Pick<LocalRun, "awsUrl" | "region" | "operator" | "outputs">) {
    const client = { endpoint: awsUrl, region, credentials: operator };
    this.#dynamoDb = new DynamoDBClient(client);
    this.#s3 = new S3Client(client);
    this.#outputs = outputs;
  }

  async records(): Promise<readonly StoredRecord[]> {
    const records: StoredRecord[] = [];
    const scan = paginateScan({ client: this.#dynamoDb }, { TableName: this.#outputs.events_table_name });
    for await (const { Items = [] } of scan) {
      for (const item of Items) records.push(recordOf(item, await this.#bodyOf(item)));
    }
    return records;
  }

  async close(): Promise<void> {
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
