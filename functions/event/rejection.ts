/** Why a message is not an event, see docs/decisions/0003. Stable: they stand in records, logs and the operator's guide. */
export const REJECTION_CODES = [
  "ATTRIBUTES_UNEXPECTED", // not exactly the attributes that the ingress sets
  "ATTRIBUTE_NOT_STRING",
  "TRUSTED_MALFORMED",
  "FORM_UNEXPECTED", // not the form of this stack's ingress
  "REQUEST_ID_MISMATCH", // the ends of the message disagree: somebody wrote into it
  "HEADER_SET_UNKNOWN",
  "HEADER_LINES_MISCOUNTED",
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
  readonly code: RejectionCode;
  /** For a person; no header values and no body. */
  readonly detail: string;
  readonly messageId: string;
  /** When the queue took the message. ISO 8601, UTC, with milliseconds. */
  readonly queuedAt: string;
  /** Only when both ends of the message agree on the request id; else nothing in it can be believed. */
  readonly request?: RequestFacts;
  readonly messageAttributes: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}
