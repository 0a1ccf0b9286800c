/** A real table in this process, and endpoints that fail, each on a port of its own. */
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  type AttributeValue,
  CreateTableCommand,
  type DynamoDBClient,
  type DynamoDBClientConfig,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { DynamoDbEventStore, type DynamoDbStoreOptions } from "../../../functions/stores/dynamodb";
import { openDynamoDbClient } from "../../../functions/stores/dynamodb-client";

const TABLE = "webhook-test-events";

export interface Sink {
  readonly endpoint: string;
  readonly client: DynamoDBClient;
  store(options?: Partial<DynamoDbStoreOptions>): DynamoDbEventStore;
  stop(): Promise<void>;
}

export interface Table extends Sink {
  items(): Promise<Record<string, AttributeValue>[]>;
  /** The item under a key; an empty one when there is none. */
  item(pk: string): Promise<Record<string, AttributeValue>>;
}

const dynalite = jest.requireActual<(options: { createTableMs: number }) => Server>("dynalite");

export async function startTable(): Promise<Table> {
  const sink = await listen(dynalite({ createTableMs: 0 }));
  await sink.client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["pk", "sourceShard", "receivedAt"].map((AttributeName) => ({
        AttributeName,
        AttributeType: "S",
      })),
      KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
      GlobalSecondaryIndexes: [
        {
          IndexName: "by-source-and-time",
          KeySchema: [
            { AttributeName: "sourceShard", KeyType: "HASH" },
            { AttributeName: "receivedAt", KeyType: "RANGE" },
          ],
          Projection: { ProjectionType: "INCLUDE", NonKeyAttributes: ["state"] },
        },
      ],
    }),
  );
  const items = async () => (await sink.client.send(new ScanCommand({ TableName: TABLE }))).Items ?? [];
  return { ...sink, items, item: async (pk) => (await items()).find((item) => item.pk?.S === pk) ?? {} };
}

/** An endpoint that answers every call as told. */
export function startEndpoint(answer: RequestListener, client: DynamoDBClientConfig = {}): Promise<Sink> {
  return listen(createServer(answer), client);
}

async function listen(server: Server, config: DynamoDBClientConfig = {}): Promise<Sink> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const client = openDynamoDbClient({ endpoint, region: "us-east-1", credentials, ...config });
  return {
    endpoint,
    client,
    store: (options = {}) =>
      new DynamoDbEventStore(client, {
        tableName: TABLE,
        indexShards: 4,
        compressOverBytes: 1_024,
        rejectedExpiryDays: 30,
        ...options,
      }),
    stop: async () => {
      client.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
