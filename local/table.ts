/** DynamoDB: dynalite in process, on the loopback, with the tables of the stack. Expiry (TTL) is not played. */
import { Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import dynalite from "dynalite";
import { type Block, blocks, count, text } from "./arguments";
import { AwsFault } from "./aws-fault";
import { ACCOUNT_ID, REGION } from "./resource-types";
import type { Resource, Template } from "./template";

export interface HttpReply {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

export class TableService {
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server: Server;
  readonly #port: number;

  private constructor(server: Server) {
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Starts it and makes the tables. @throws AwsFault for a table that DynamoDB would refuse */
  static async start(template: Template): Promise<TableService> {
    const server = dynalite({ createTableMs: 0 });
    // We keep our connections: one that it ends after five idle seconds could be in use again already.
    server.keepAliveTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const service = new TableService(server);
    for (const table of template.resources("aws_dynamodb_table")) await service.#create(table);
    return service;
  }

  /** Passes a call on as it came; who may call was decided before. */
  forward(headers: IncomingHttpHeaders, body: Buffer): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      const forwarded = request(
        { host: "127.0.0.1", port: this.#port, method: "POST", path: "/", agent: this.#agent, headers },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("end", () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
          );
          response.on("error", reject);
        },
      );
      forwarded.on("error", reject);
      forwarded.end(body);
    });
  }

  stop(): Promise<void> {
    this.#agent.destroy();
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #create(table: Resource): Promise<void> {
    const body = Buffer.from(JSON.stringify(createTableInput(table)));
    const reply = await this.forward(
      {
        host: "127.0.0.1",
        "content-type": "application/x-amz-json-1.0",
        "content-length": String(body.length),
        "x-amz-target": "DynamoDB_20120810.CreateTable",
        "x-amz-date": "20000101T000000Z",
        authorization: "AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=local",
      },
      body,
    );
    if (reply.status !== 200) throw new AwsFault("CreateTableRefused", `${table.address}: ${reply.body.toString()}`);
  }
}

export const tableArn = (name: string): string => `arn:aws:dynamodb:${REGION}:${ACCOUNT_ID}:table/${name}`;

/** The CreateTable call that Terraform would make. */
export function createTableInput(table: Resource): Block {
  const { properties } = table;
  const billing = String(properties.billing_mode ?? "PROVISIONED");
  const capacity = billing === "PROVISIONED" && {
    ProvisionedThroughput: {
      ReadCapacityUnits: count(table, "read_capacity", 1),
      WriteCapacityUnits: count(table, "write_capacity", 1),
    },
  };
  const indexes = blocks(properties.global_secondary_index).map((index) => ({
    IndexName: index.name,
    KeySchema: keySchema(index),
    Projection: {
      ProjectionType: index.projection_type,
      ...(index.non_key_attributes ? { NonKeyAttributes: index.non_key_attributes } : {}),
    },
    ...capacity,
  }));
  return {
    TableName: text(table, "name"),
    BillingMode: billing,
    KeySchema: keySchema(properties),
    AttributeDefinitions: blocks(properties.attribute).map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    ...capacity,
    ...(indexes.length > 0 && { GlobalSecondaryIndexes: indexes }),
  };
}

const keySchema = ({ hash_key, range_key }: Block) => [
  { AttributeName: hash_key, KeyType: "HASH" },
  ...(range_key === undefined || range_key === null ? [] : [{ AttributeName: range_key, KeyType: "RANGE" }]),
];
