/** A rejected record of the events table, as the consumer wrote it. */
import { createHash } from "node:crypto";
import { brotliDecompressSync } from "node:zlib";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { WebhookEvent } from "../../functions/event/webhook-event";

export type Item = Readonly<Record<string, AttributeValue>>;

export interface RejectedRecord {
  readonly key: string;
  /** Why it was rejected. */
  readonly reason: string;
  readonly receivedAt: string;
  /** What was kept of the request; a text says what is missing of it. */
  readonly request: KeptRequest | string;
}

/** A request before it is known whose event it is. */
export type KeptRequest = Omit<WebhookEvent, "source" | "eventId">;

export function rejectedRecordOf(item: Item): RejectedRecord {
  const { pk = "", reason = "", receivedAt = "" } = texts(item);
  return { key: pk, reason, receivedAt, request: requestOf(item) };
}

function requestOf(item: Item): KeptRequest | string {
  const { requestId, messageId, receivedAt, method, path, query, sourceIp } = texts(item);
  const isWhole =
    requestId !== undefined &&
    messageId !== undefined &&
    receivedAt !== undefined &&
    method !== undefined &&
    path !== undefined &&
    sourceIp !== undefined;
  if (!isWhole) return "nothing in its message could be believed";
  const headers = item.headers?.M;
  if (headers === undefined) return "its headers were not kept";
  const body = bodyOf(item);
  if (body === undefined) return "its body was not kept";
  return {
    requestId,
    messageId,
    receivedAt,
    method,
    path,
    sourceIp,
    ...(query === undefined ? {} : { query }),
    headers: Object.fromEntries(Object.entries(headers).map(([name, { S = "" }]) => [name, S])),
    body,
  };
}

/** @returns undefined where it is not there, or not what came */
function bodyOf({ body, bodyBrotli, bodySha256 }: Item): Uint8Array | undefined {
  const bytes = bodyBrotli?.B === undefined ? Buffer.from(body?.S ?? "") : brotliDecompressSync(bodyBrotli.B);
  return createHash("sha256").update(bytes).digest("hex") === bodySha256?.S ? bytes : undefined;
}

function texts(item: Item): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(item).map(([name, { S }]) => [name, S]));
}
