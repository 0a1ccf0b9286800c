import type { UnverifiedCode } from "./signatures/signed-request";

/** Everything of an event but its body, which may have travelled apart from the message. */
export interface EventHead {
  /** Who it is from: the source that claims its path, or the path's first segment. Never empty, never with a `#`. */
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
  /** Raw, without the `?`; empty when there is none. Absent when it did not travel (direct ingress). */
  readonly query?: string;
  readonly sourceIp: string;
  /** Names in lower case; an absent header is absent here. */
  readonly headers: Readonly<Record<string, string>>;
  /** Key of the object in which the body travelled. Absent when it was in the message. */
  readonly inflightKey?: string;
  /** Why it is not verified, although its source has a signature: the source accepts it all the same. */
  readonly unverified?: UnverifiedCode;
  /** Why its source's identity rule found nothing, so that it is called by the request's id. For the log. */
  readonly identityMissing?: string;
}

/** What a sender told us, parsed out of a message: what the sink stores. */
export interface WebhookEvent extends EventHead {
  /** The raw body, as the sender signed it. */
  readonly body: Uint8Array;
}

/** The key under which an event is stored, once. Unambiguous, because a source has no `#`. */
export function key({ source, eventId }: Pick<WebhookEvent, "source" | "eventId">): string {
  return `${source}#${eventId}`;
}
