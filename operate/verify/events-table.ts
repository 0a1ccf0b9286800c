/** Looks for what became of probes in the stack's table, with the AWS SDK. */
import { setTimeout as wait } from "node:timers/promises";
import { brotliDecompressSync } from "node:zlib";
import { type AttributeValue, BatchGetItemCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { tableUnreadable } from "./errors";
import { SOURCE } from "./marked-request";

export interface TablePlace {
  readonly tableName: string;
  /** Undefined: AWS's own. */
  readonly endpoint: string | undefined;
  /** Undefined: of the environment. */
  readonly region: string | undefined;
}

/** What names an event or a record of it. */
export interface Ids {
  readonly eventId: string | undefined;
  readonly requestId: string | undefined;
  readonly messageId: string | undefined;
}

/** An item of the table. */
export interface Found {
  /** stored, rejected, failed or conflict. */
  readonly state: string;
  /** Of a record. */
  readonly reason: string;
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly query: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The bytes, or their number and hash where they are in a bucket. */
  readonly body: Uint8Array | { readonly bytes: number; readonly sha256: string };
}

const BETWEEN_LOOKS_MS = 250;
const RECORD_STATES = ["rejected", "failed", "conflict"];

export class EventsTable {
  readonly #client: DynamoDBClient;

  constructor(private readonly place: TablePlace) {
    const { endpoint, region } = place;
    this.#client = new DynamoDBClient({
      ...(endpoint !== undefined && { endpoint }),
      ...(region !== undefined && { region }),
    });
  }

  /** @throws VerifyError when the table cannot be read */
  async check(): Promise<void> {
    await this.#items([`${SOURCE}#`]);
  }

  /**
   * Waits until each of these is there, then looks for all once more.
   * @param awaited those whose events are on the queue
   * @returns in the order of `all`; undefined where nothing is
   * @throws VerifyError when the table cannot be read
   */
  async find(all: readonly Ids[], awaited: readonly Ids[], withinMs: number): Promise<readonly (Found | undefined)[]> {
    const deadline = performance.now() + withinMs;
    for (let missing = awaited; missing.length > 0; ) {
      const found = await this.#look(missing);
      missing = missing.filter((_, index) => found[index] === undefined);
      if (missing.length > 0 && performance.now() >= deadline) break;
      if (missing.length > 0) await wait(BETWEEN_LOOKS_MS);
    }
    return this.#look(all);
  }

  close(): void {
    this.#client.destroy();
  }

  #look(all: readonly Ids[]): Promise<readonly (Found | undefined)[]> {
    return Promise.all(
      all.map(async (ids) => {
        const keys = keysOf(ids);
        const [item] = keys.length === 0 ? [] : await this.#items(keys);
        return item && foundOf(item);
      }),
    );
  }

  async #items(keys: readonly string[]): Promise<readonly Record<string, AttributeValue>[]> {
    const { tableName } = this.place;
    try {
      const items: Record<string, AttributeValue>[] = [];
      let left = keys.map((pk): Record<string, AttributeValue> => ({ pk: { S: pk } }));
      while (left.length > 0) {
        const { Responses = {}, UnprocessedKeys = {} } = await this.#client.send(
          new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: left, ConsistentRead: true } } }),
        );
        items.push(...(Responses[tableName] ?? []));
        left = UnprocessedKeys[tableName]?.Keys ?? [];
        if (left.length > 0) await wait(BETWEEN_LOOKS_MS);
      }
      return items;
    } catch (error) {
      throw tableUnreadable(tableName, error);
    }
  }
}

/** Where the consumer can have put it: under its event id, or as a record of its request or its message. */
function keysOf({ eventId, requestId, messageId }: Ids): readonly string[] {
  const id = eventId ?? requestId;
  const recordIds = [
    ...(requestId === undefined ? [] : [requestId]),
    ...(messageId === undefined ? [] : [`message:${messageId}`]),
  ];
  return [
    ...(id === undefined ? [] : [`${SOURCE}#${id}`]),
    ...recordIds.flatMap((recordId) => RECORD_STATES.map((state) => `#${state}#${recordId}`)),
  ];
}

function foundOf(item: Record<string, AttributeValue>): Found {
  const headers = Object.entries(item.headers?.M ?? {}).map(([name, value]) => [name, value.S ?? ""]);
  return {
    state: item.state?.S ?? "",
    reason: item.reason?.S ?? "",
    method: item.method?.S,
    path: item.path?.S,
    query: item.query?.S,
    headers: Object.fromEntries(headers),
    body: bodyOf(item),
  };
}

function bodyOf({ body, bodyBrotli, bodyBytes, bodySha256 }: Record<string, AttributeValue>): Found["body"] {
  if (body?.S !== undefined) return Buffer.from(body.S);
  if (bodyBrotli?.B !== undefined) return brotliDecompressSync(bodyBrotli.B);
  return { bytes: Number(bodyBytes?.N ?? 0), sha256: bodySha256?.S ?? "" };
}
