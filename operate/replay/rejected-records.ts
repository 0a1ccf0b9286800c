/** The rejected records of a table: found by its index, read whole, and deleted when their event is stored. */
import { setTimeout as wait } from "node:timers/promises";
import {
  type AttributeValue,
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateQuery,
} from "@aws-sdk/client-dynamodb";
import { tableUnusable } from "./errors";
import { type RejectedRecord, rejectedRecordOf } from "./rejected-record";

export interface RecordsPlace {
  readonly tableName: string;
  /** Lists by source and time. */
  readonly indexName: string;
  /** Over how many of its keys a source is spread. */
  readonly indexShards: number;
}

/** What to look for. */
export interface Wanted {
  readonly sources: readonly string[];
  /** Any of these. */
  readonly reasons: readonly string[];
  /** Received then or later, ISO 8601. Absent: ever. */
  readonly since?: string | undefined;
}

/** DynamoDB API, BatchGetItem: 16 MB an answer. A record is 400 KB at most, most are a few. */
const RECORDS_AT_A_TIME = 25;
const BETWEEN_TRIES_MS = 100;
const KEY_PREFIX = "#rejected#";

export class RejectedRecords {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly place: RecordsPlace,
  ) {}

  /**
   * Some at a time, of each source the oldest first within a key of the index.
   * @throws ReplayError when the table cannot be read
   */
  async *batches({ sources, reasons, since }: Wanted): AsyncGenerator<readonly RejectedRecord[]> {
    const { indexShards } = this.place;
    for (const source of sources) {
      for (let shard = 0; shard < indexShards; shard++) {
        // Listed before any of them is deleted.
        const keys = await this.#orUnusable(() => this.#keysOf(`${source}#${shard}`, since));
        for (let from = 0; from < keys.length; from += RECORDS_AT_A_TIME) {
          const part = keys.slice(from, from + RECORDS_AT_A_TIME);
          const records = await this.#orUnusable(() => this.#read(part));
          const wanted = records.filter(({ reason }) => reasons.includes(reason));
          if (wanted.length > 0) yield wanted;
        }
      }
    }
  }

  /** May be called again. @throws ReplayError when the table refuses */
  async delete({ key }: Pick<RejectedRecord, "key">): Promise<void> {
    const { tableName: TableName } = this.place;
    await this.#orUnusable(() => this.client.send(new DeleteItemCommand({ TableName, Key: { pk: { S: key } } })));
  }

  async #keysOf(sourceShard: string, since: string | undefined): Promise<readonly string[]> {
    const query = paginateQuery(
      { client: this.client },
      {
        TableName: this.place.tableName,
        IndexName: this.place.indexName,
        KeyConditionExpression: `sourceShard = :shard${since === undefined ? "" : " AND receivedAt >= :since"}`,
        FilterExpression: "#state = :rejected",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: {
          ":shard": { S: sourceShard },
          ":rejected": { S: "rejected" },
          ...(since === undefined ? {} : { ":since": { S: since } }),
        },
      },
    );
    const keys: string[] = [];
    for await (const { Items = [] } of query) keys.push(...Items.flatMap(({ pk }) => pk?.S ?? []));
    return keys.filter((key) => key.startsWith(KEY_PREFIX));
  }

  /** Of what is still there. */
  async #read(keys: readonly string[]): Promise<readonly RejectedRecord[]> {
    const { tableName } = this.place;
    const items: Record<string, AttributeValue>[] = [];
    let left = keys.map((pk): Record<string, AttributeValue> => ({ pk: { S: pk } }));
    while (left.length > 0) {
      const { Responses = {}, UnprocessedKeys = {} } = await this.client.send(
        new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: left, ConsistentRead: true } } }),
      );
      items.push(...(Responses[tableName] ?? []));
      left = UnprocessedKeys[tableName]?.Keys ?? [];
      if (left.length > 0) await wait(BETWEEN_TRIES_MS);
    }
    return items.map(rejectedRecordOf);
  }

  async #orUnusable<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw tableUnusable(this.place.tableName, error);
    }
  }
}
