import type { SQSRecord } from "aws-lambda";
import type { UnverifiedCode } from "./signatures/signed-request";
import type { WebhookEvent } from "./webhook-event";

/** Why a message is not an event, see docs/decisions/0003. Stable: they stand in records, logs and the operator's guide. */
export const REJECTION_CODES = [
  "ATTRIBUTES_UNEXPECTED", // not exactly the attributes that the ingress sets
  "ATTRIBUTE_NOT_STRING",
  "TRUSTED_MALFORMED",
  "FORM_UNEXPECTED", // not the form of this stack's ingress
  "REQUEST_ID_MISMATCH", // the ends of the message disagree: somebody wrote into it
  "HEADER_SET_UNKNOWN",
  "HEADER_LINES_MISCOUNTED",
  "ENVELOPE_MALFORMED", // the body is not what the publisher writes
  "SOURCE_IP_NOT_ALLOWED",
  "PATH_UNMATCHED", // no source claims its path, and the settings say to reject such
] as const;
export type RejectionCode = (typeof REJECTION_CODES)[number];

/** What the API itself said about a request. */
export interface RequestFacts {
  readonly requestId: string;
  readonly receivedAt: string;
  readonly method: string;
  readonly path: string;
  readonly sourceIp: string;
}

/** A message that is not taken for an event, with everything needed to look at it again. */
export interface Rejection {
  readonly code: RejectionCode | UnverifiedCode;
  /** For a person; no header values and no body. */
  readonly detail: string;
  readonly messageId: string;
  /** When the queue took the message. ISO 8601, UTC, with milliseconds. */
  readonly queuedAt: string;
  /** Only when both ends of the message agree on the request id; else nothing in it can be believed. */
  readonly request?: RequestFacts;
  /** Whose it says it is. Only with a request. */
  readonly source?: string;
  /** What it would have been called. Only of a message that is whole, and not verified. */
  readonly eventId?: string;
  /** Only of a message that is whole; of any other, the attributes as they came. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly messageAttributes?: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A whole message that is not verified: kept so that it can be verified again, with its source's other secret. */
export function unverifiedRejection(event: WebhookEvent, code: UnverifiedCode): Rejection {
  const { requestId, receivedAt, method, path, sourceIp, source, eventId, messageId, headers, body } = event;
  const request = { requestId, receivedAt, method, path, sourceIp };
  const detail = `it came to the source "${source}" and is not verified`;
  return { code, detail, messageId, queuedAt: receivedAt, request, source, eventId, headers, body };
}

/** @param request only what can be believed of the message */
export function rejectionOf(
  record: SQSRecord,
  {
    request,
    source,
    ...why
  }: {
    readonly code: RejectionCode;
    readonly detail: string;
    readonly request?: RequestFacts;
    readonly source?: string;
  },
): Rejection {
  const attributes = record.messageAttributes ?? {};
  const names = Object.keys(attributes).sort();
  return {
    ...why,
    messageId: record.messageId,
    queuedAt: queuedAt(record),
    ...(request === undefined ? {} : { request }),
    ...(source === undefined ? {} : { source }),
    messageAttributes: Object.fromEntries(names.map((name) => [name, attributes[name]?.stringValue ?? ""])),
    body: Buffer.from(record.body ?? ""),
  };
}

function queuedAt(record: SQSRecord): string {
  const sentMs = Number(record.attributes?.SentTimestamp);
  // Out of a Date's range or not a number: SQS never sends that, and a rejection must still be recorded.
  return new Date(Math.abs(sentMs) <= 8.64e15 ? sentMs : 0).toISOString();
}
