import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { classifyDynamoDbFault } from "./dynamodb-fault";
import { SinkUnavailable } from "./event-store";
import type { RejectedBucket, RejectedPlaces } from "./rejected-places";

export interface DynamoDbRejectedPlacesOptions {
  readonly tableName: string;
  readonly maxPerMinute: number;
  /** The count lives as long as what it is about. */
  readonly rejectedExpiryDays: number;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** An item per bucket, with the ids that have a place in it. Its key starts with `#`, so that it is no event's. */
export class DynamoDbRejectedPlaces implements RejectedPlaces {
  readonly #client: DynamoDBClient;
  readonly #options: DynamoDbRejectedPlacesOptions;

  constructor(client: DynamoDBClient, options: DynamoDbRejectedPlacesOptions) {
    this.#client = client;
    this.#options = options;
  }

  async take(bucket: RejectedBucket, ids: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    try {
      // Ends: whoever was faster has made the set longer, and it has an end.
      for (;;) {
        const before = await this.#read(bucket, signal);
        const after = new Set(before);
        for (const id of ids) if (after.size < this.#options.maxPerMinute) after.add(id);
        if (after.size === before.size || (await this.#replace(bucket, before.size, after, signal))) return after;
      }
    } catch (cause) {
      const fault = classifyDynamoDbFault(cause);
      const what = `The table "${this.#options.tableName}" does not count rejected events: ${fault.reason}: ${fault.detail}`;
      throw new SinkUnavailable({ what, advice: "advice" in fault ? fault.advice : "", cause });
    }
  }

  async #read(bucket: RejectedBucket, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const get = new GetItemCommand({
      TableName: this.#options.tableName,
      Key: { pk: { S: countKey(bucket) } },
      ConsistentRead: true,
    });
    const { Item } = await this.#client.send(get, { abortSignal: signal });
    return new Set(Item?.ids?.SS);
  }

  /** @returns whether it still was as it was read. Ids are only ever added, so their number says so. */
  async #replace(
    bucket: RejectedBucket,
    sizeBefore: number,
    ids: ReadonlySet<string>,
    abortSignal: AbortSignal,
  ): Promise<boolean> {
    const { tableName, rejectedExpiryDays, now = Date.now } = this.#options;
    const expiresAt = Math.floor(now() / 1_000) + rejectedExpiryDays * 86_400;
    const put = new PutItemCommand({
      TableName: tableName,
      Item: {
        pk: { S: countKey(bucket) },
        ids: { SS: [...ids] },
        kept: { N: String(ids.size) },
        expiresAt: { N: String(expiresAt) },
      },
      ...(sizeBefore === 0
        ? { ConditionExpression: "attribute_not_exists(pk)" }
        : {
            ConditionExpression: "kept = :before",
            ExpressionAttributeValues: { ":before": { N: String(sizeBefore) } },
          }),
    });
    try {
      await this.#client.send(put, { abortSignal });
      return true;
    } catch (fault) {
      if (fault instanceof ConditionalCheckFailedException) return false;
      throw fault;
    }
  }
}

function countKey({ source = "", minuteMs }: RejectedBucket): string {
  return `#rejected-count#${source}#${new Date(minuteMs).toISOString().slice(0, 16)}Z`;
}
