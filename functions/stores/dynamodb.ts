import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { key, type WebhookEvent } from "../event/webhook-event";
import type { BodyStore, KeptState } from "./body-store";
import { CALLS_SIDE_BY_SIDE } from "./dynamodb-client";
import { classifyDynamoDbFault } from "./dynamodb-fault";
import {
  bodyElsewhere,
  bodyInItem,
  contentFacts,
  eventHeadItem,
  type Item,
  type ItemOptions,
  recordHeadItem,
} from "./dynamodb-item";
import { type EventStore, type PutOutcome, recordId, SinkUnavailable, type UnstoredRecord } from "./event-store";
import { ITEM_BYTES, itemBytes } from "./item-size";
import { outcomeOfKnown } from "./known-event";
import { sideBySide } from "./side-by-side";

export interface DynamoDbStoreOptions {
  readonly tableName: string;
  readonly indexShards: number;
  readonly compressOverBytes: number;
  /** Days after which what was stored expires. Absent: never. Failed and conflict records expire like events. */
  readonly eventExpiryDays?: number;
  readonly rejectedExpiryDays: number;
  /** Keeps bodies that an item has no room for. Absent: no body comes that is so large. */
  readonly bodies?: BodyStore;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** A rejected body of more bytes is kept in the bucket, where there is one: a stranger's is not worth a place in an item. */
const REJECTED_IN_ITEM_BYTES = 65_536;

/** How often a key is tried again whose item is gone between the refused write and the look at it (expired, deleted). */
const PUT_ATTEMPTS = 3;

/** Stores events in a table whose hash key is `pk`. A conditional write on it is the only de-duplication. */
export class DynamoDbEventStore implements EventStore {
  readonly #client: DynamoDBClient;
  readonly #options: DynamoDbStoreOptions;

  constructor(client: DynamoDBClient, options: DynamoDbStoreOptions) {
    this.#client = client;
    this.#options = options;
  }

  put(events: readonly WebhookEvent[], signal: AbortSignal): Promise<PutOutcome[]> {
    return sideBySide(events, CALLS_SIDE_BY_SIDE, async (event) => {
      const options = this.#itemOptions(this.#options.eventExpiryDays);
      const head = eventHeadItem(event, options);
      const whole = { ...head, ...(await bodyInItem(event.body, options)) };
      return this.#unlessUnstorable(async () => {
        if (!this.#isTooLarge(whole, event)) return this.#putOnce(event, whole, signal);
        // Looked up first, so that a duplicate leaves no copy behind.
        const known = await this.#compareWithStored(event, signal);
        if (known !== undefined) return known;
        const apart = await this.#bodyApart({ ...event, state: "stored" }, signal);
        return this.#putOnce(event, { ...head, ...apart }, signal);
      });
    });
  }

  record(records: readonly UnstoredRecord[], signal: AbortSignal): Promise<boolean[]> {
    const { tableName, eventExpiryDays, rejectedExpiryDays } = this.#options;
    return sideBySide(records, CALLS_SIDE_BY_SIDE, async (record) => {
      const options = this.#itemOptions(record.state === "rejected" ? rejectedExpiryDays : eventExpiryDays);
      const head = recordHeadItem(record, options);
      const outcome = await this.#unlessUnstorable(async () => {
        const Item = { ...head, ...(await this.#recordBody(record, head, options, signal)) };
        // Unconditional: whatever is under this key is this record, written by an earlier try.
        await this.#client.send(new PutItemCommand({ TableName: tableName, Item }), { abortSignal: signal });
        return "written" as const;
      });
      return outcome === "written";
    });
  }

  async #recordBody(record: UnstoredRecord, head: Item, options: ItemOptions, signal: AbortSignal): Promise<Item> {
    const { state, body, inflightKey } = record;
    const { bodies } = this.#options;
    const isRejected = state === "rejected";
    if (body === undefined) return this.#bodyApart(record, signal);
    if (isRejected && inflightKey === undefined && bodies !== undefined && body.byteLength > REJECTED_IN_ITEM_BYTES) {
      return bodyElsewhere(await bodies.write(body, state, recordId(record), signal), body);
    }
    const inItem = await bodyInItem(body, options);
    const whole = { ...head, ...inItem };
    if (this.#isTooLarge(whole, record)) return this.#bodyApart(record, signal);
    // Without a bucket; it would not have been stored as an event either. The record says how it can be known again.
    return isRejected && itemBytes(whole) > ITEM_BYTES ? contentFacts(body) : inItem;
  }

  /** Without an object to copy, it stays whole: then DynamoDB refuses it. */
  #isTooLarge(whole: Item, { inflightKey }: Pick<UnstoredRecord, "inflightKey">): boolean {
    return inflightKey !== undefined && itemBytes(whole) > ITEM_BYTES;
  }

  /** Copies the body before its item is written, so that no item points at nothing. */
  async #bodyApart(
    {
      inflightKey,
      body,
      state,
      ...ids
    }: Pick<UnstoredRecord, "inflightKey" | "body" | "requestId" | "messageId"> & {
      readonly state: KeptState;
    },
    signal: AbortSignal,
  ): Promise<Item> {
    if (inflightKey === undefined) return {};
    const { bodies } = this.#options;
    if (bodies === undefined) throw new Error(`there is no bucket to keep the body of ${inflightKey} in`);
    return bodyElsewhere(await bodies.keep(inflightKey, state, recordId(ids), signal), body);
  }

  async #putOnce(event: WebhookEvent, Item: Item, signal: AbortSignal): Promise<PutOutcome> {
    const put = { TableName: this.#options.tableName, Item, ConditionExpression: "attribute_not_exists(pk)" };
    for (let attempt = 1; attempt <= PUT_ATTEMPTS; attempt++) {
      try {
        await this.#client.send(new PutItemCommand(put), { abortSignal: signal });
        return { kind: "stored", already: false };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
      }
      const outcome = await this.#compareWithStored(event, signal);
      if (outcome !== undefined) return outcome;
    }
    throw new Error(`the item ${key(event)} came and went ${PUT_ATTEMPTS} times`);
  }

  /** @returns undefined when nothing is stored under the key any more */
  async #compareWithStored(event: WebhookEvent, signal: AbortSignal): Promise<PutOutcome | undefined> {
    const get = new GetItemCommand({
      TableName: this.#options.tableName,
      Key: { pk: { S: key(event) } },
      ConsistentRead: true,
      ProjectionExpression: "requestId, bodySha256",
    });
    const { Item: stored } = await this.#client.send(get, { abortSignal: signal });
    if (stored === undefined) return undefined;
    return outcomeOfKnown(event, { requestId: stored.requestId?.S, bodySha256: stored.bodySha256?.S });
  }

  /** @throws SinkUnavailable for every fault that is not the item's */
  async #unlessUnstorable<T>(call: () => Promise<T>): Promise<T | (PutOutcome & { kind: "unstorable" })> {
    try {
      return await call();
    } catch (cause) {
      if (cause instanceof SinkUnavailable) throw cause;
      const fault = classifyDynamoDbFault(cause);
      if (fault.kind === "unstorable") return fault;
      const what = `The table "${this.#options.tableName}" does not take events: ${fault.reason}: ${fault.detail}`;
      throw new SinkUnavailable({ what, advice: fault.advice, cause });
    }
  }

  #itemOptions(expiryDays: number | undefined): ItemOptions {
    const { indexShards, compressOverBytes, now = Date.now } = this.#options;
    // Counted from now, not from when it was received: a message redriven after two weeks is kept as long as any other.
    const expiresAt = expiryDays === undefined ? {} : { expiresAt: Math.floor(now() / 1_000) + expiryDays * 86_400 };
    return { indexShards, compressOverBytes, ...expiresAt };
  }
}
