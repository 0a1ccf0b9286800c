import { key, type WebhookEvent } from "../event/webhook-event";
import { bodySha256 } from "./body-sha256";
import { bounded } from "./bounded";
import { recordKey, type UnstoredRecord } from "./event-store";
import { mayBeJsonb } from "./postgres-json";

/** The columns that the consumer writes, `body_json` apart, which the server makes of `body`. */
export const COLUMNS = [
  "key",
  "state",
  "source",
  "event_id",
  "request_id",
  "message_id",
  "received_at",
  "method",
  "path",
  "query",
  "source_ip",
  "headers",
  "message_attributes",
  "body",
  "body_bytes",
  "body_sha256",
  "reason",
  "detail",
  "conflicts_with",
] as const;
type Column = (typeof COLUMNS)[number];

/** A row of webhook.events. An absent column is null. */
export interface Row extends Readonly<Partial<Record<Column, string | number | Uint8Array | undefined>>> {
  readonly key: string;
  /** Whether `body_json` is made of the body. Taken back when the server refuses it. */
  mayBeJsonb: boolean;
}

/** Characters of a record's source: an index entry holds about 2,700 bytes (PostgreSQL manual, "B-Tree Indexes"). */
const RECORD_SOURCE = 256;
/** Characters of a record's detail, of which nobody reads more. */
const RECORD_DETAIL = 1_024;

/** @returns undefined when its key has characters that text cannot hold: another one must not be taken for it */
export function eventRow(event: WebhookEvent): Row | undefined {
  const eventKey = key(event);
  if (held(eventKey) !== eventKey) return undefined;
  const { source, eventId, requestId } = event;
  return {
    key: eventKey,
    state: "stored",
    source,
    event_id: eventId,
    request_id: held(requestId),
    reason: event.unverified,
    ...requestColumns(event),
    ...bodyColumns(event.body),
  };
}

/** The row of a record, which always fits: no text of a stranger's is refused. */
export function recordRow(record: UnstoredRecord): Row {
  const { state, source, eventId, requestId, messageAttributes, reason, detail, conflictsWith, body } = record;
  return {
    key: held(recordKey(record)),
    state,
    source: source === undefined ? undefined : held(bounded(source, RECORD_SOURCE)),
    event_id: eventId === undefined ? undefined : held(eventId),
    request_id: requestId === undefined ? undefined : held(requestId),
    ...requestColumns(record),
    message_attributes: messageAttributes === undefined ? undefined : heldMap(messageAttributes),
    reason: held(reason),
    detail: held(bounded(detail, RECORD_DETAIL)),
    conflicts_with: conflictsWith,
    ...(body === undefined ? { mayBeJsonb: false } : bodyColumns(body)),
  };
}

function requestColumns({
  messageId,
  receivedAt,
  method,
  path,
  query,
  sourceIp,
  headers,
}: Pick<UnstoredRecord, "messageId" | "receivedAt" | "method" | "path" | "query" | "sourceIp" | "headers">) {
  return {
    message_id: messageId,
    // ISO 8601 as PostgreSQL reads it: years of more than four digits without a sign.
    received_at: receivedAt.replace(/^\+0*/, ""),
    method,
    path: path === undefined ? undefined : held(path),
    query: query === undefined ? undefined : held(query),
    source_ip: sourceIp,
    headers: headers === undefined ? undefined : heldMap(headers),
  };
}

function bodyColumns(body: Uint8Array) {
  return { body, body_bytes: body.byteLength, body_sha256: bodySha256(body), mayBeJsonb: mayBeJsonb(body) };
}

/** Text with a mark in place of what PostgreSQL's text and jsonb do not hold: U+0000 and halves of surrogate pairs. */
function held(text: string): string {
  return text.replace(/[\0\p{Surrogate}]/gu, "\ufffd");
}

function heldMap(map: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(map).map(([name, value]) => [held(name), held(value)])));
}
