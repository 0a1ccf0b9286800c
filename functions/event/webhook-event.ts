/** What a sender told us, parsed out of a message: what the sink stores. */
export interface WebhookEvent {
  /** Who it is from: the first segment of the path. Never empty, never with a `#`. */
  readonly source: string;
  /** What the sink de-duplicates on, together with the source. */
  readonly eventId: string;
  /** The API's id of the request, unique per request. */
  readonly requestId: string;
  /** SQS's id of the message: for finding it in logs, never identity (a redrive makes a new one). */
  readonly messageId: string;
  /** When the API received the request. ISO 8601, UTC, with milliseconds. */
  readonly receivedAt: string;
  readonly method: string;
  readonly path: string;
  readonly sourceIp: string;
  /** Names in lower case; an absent header is absent here. */
  readonly headers: Readonly<Record<string, string>>;
  /** The raw body, as the sender signed it. */
  readonly body: Uint8Array;
}

/** The key under which an event is stored, once. Unambiguous, because a source has no `#`. */
export function key({ source, eventId }: Pick<WebhookEvent, "source" | "eventId">): string {
  return `${source}#${eventId}`;
}
