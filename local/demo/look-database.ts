/** Reads the events of a PostgreSQL sink, over a connection of its own that is open only while it reads. */
import { Client, type ClientConfig } from "pg";
import type { StoredRecord } from "./account";
import type { SinkLook } from "./look";

export class DatabaseLook implements SinkLook {
  readonly #login: ClientConfig;

  constructor({ connection }: { readonly connection: ClientConfig }) {
    this.#login = connection;
  }

  async records(): Promise<readonly StoredRecord[]> {
    const client = new Client(this.#login);
    await client.connect();
    try {
      const { rows } = await client.query<StoredRecord>(RECORDS);
      return rows;
    } finally {
      await client.end();
    }
  }

  async close(): Promise<void> {}
}

/** The hash is the server's own, of the bytes that it stores; the column body_sha256 is what the consumer said. */
const RECORDS = `
  SELECT key, state, coalesce(request_id, '') AS "requestId",
         encode(sha256(coalesce(body, '')), 'hex') AS "bodySha256"
  FROM webhook.events`;
