import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { brotliCompress, constants } from "node:zlib";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { type EventHead, key } from "../event/webhook-event";
import { bodySha256 } from "./body-sha256";
import { bounded, boundedMap } from "./bounded";
import { recordKey, type UnstoredRecord } from "./event-store";

export type Item = Record<string, AttributeValue>;

export interface ItemOptions {
  /** Over how many keys of the index one source is spread: one key takes 1,000 writes a second. */
  readonly indexShards: number;
  /** A body of more bytes is stored compressed, as `bodyBrotli` instead of `body`. */
  readonly compressOverBytes: number;
  /** Seconds since the epoch; absent: never. */
  readonly expiresAt?: number;
}

const compress = promisify(brotliCompress);
/** The real GitHub payloads cost 1.9 write units instead of 10.1; higher qualities cost more time than they save. */
const BROTLI_QUALITY = 5;
/** Characters; with the shard well below the 2,048 bytes of an index's hash key. */
const SOURCE_IN_INDEX = 128;

/** The item of an event without its body. */
export function eventHeadItem(event: EventHead, options: ItemOptions): Item {
  const { source, eventId, requestId, messageId, receivedAt, method, path, query, sourceIp, headers } = event;
  const pk = key(event);
  return {
    ...strings({ pk, state: "stored", source, eventId, requestId, messageId, receivedAt }),
    ...strings({ method, path, query, sourceIp, reason: event.unverified }),
    headers: stringMap(headers),
    ...indexKey(source, pk, options),
    ...expiry(options),
  };
}

/** The item of a record without its body: every field a stranger chooses is bounded, so that it always fits. */
export function recordHeadItem(record: UnstoredRecord, options: ItemOptions): Item {
  const { state, messageId, receivedAt, requestId, conflictsWith, method, sourceIp, headers, messageAttributes } =
    record;
  const pk = recordKey(record);
  return {
    ...strings({ pk, state, messageId, receivedAt, requestId, conflictsWith, method, sourceIp }),
    ...strings({
      reason: bounded(record.reason, 256),
      detail: bounded(record.detail, 1_024),
      source: record.source && bounded(record.source, 256),
      eventId: record.eventId && bounded(record.eventId, 1_024),
      path: record.path && bounded(record.path, 2_048),
      query: record.query === undefined ? undefined : bounded(record.query, 2_048),
    }),
    ...(headers === undefined ? {} : { headers: stringMap(boundedMap(headers, 12_000)) }),
    ...(messageAttributes === undefined ? {} : { messageAttributes: stringMap(boundedMap(messageAttributes, 12_000)) }),
    ...indexKey(record.source ?? "", pk, options),
    ...expiry(options),
  };
}

/** The body in the item: readable, or compressed as `bodyBrotli`. */
export async function bodyInItem(body: Uint8Array, { compressOverBytes }: ItemOptions): Promise<Item> {
  // What is no text cannot be a string attribute either.
  const readable = body.byteLength <= compressOverBytes && isUtf8(body);
  return {
    ...(readable
      ? { body: { S: Buffer.from(body).toString("utf8") } }
      : { bodyBrotli: { B: await compress(body, { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } }) } }),
    ...contentFacts(body),
  };
}

/** The body elsewhere. @param body absent when it was not read */
export function bodyElsewhere(bodyKey: string, body: Uint8Array | undefined): Item {
  return { bodyKey: { S: bodyKey }, ...(body === undefined ? {} : contentFacts(body)) };
}

/** What is said of a body, wherever it is. */
export function contentFacts(body: Uint8Array): Item {
  return { bodyBytes: { N: String(body.byteLength) }, bodySha256: { S: bodySha256(body) } };
}

/** A record whose source is unknown is listed under the empty source. */
function indexKey(source: string, pk: string, { indexShards }: ItemOptions): Item {
  const shard = createHash("sha256").update(pk).digest().readUInt32BE(0) % indexShards;
  return { sourceShard: { S: `${bounded(source, SOURCE_IN_INDEX, "")}#${shard}` } };
}

function expiry({ expiresAt }: ItemOptions): Item {
  return expiresAt === undefined ? {} : { expiresAt: { N: String(expiresAt) } };
}

function strings(values: Readonly<Record<string, string | undefined>>): Item {
  const present = Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, { S: value }]));
}

function stringMap(values: Readonly<Record<string, string>>): AttributeValue {
  return { M: strings(values) };
}
