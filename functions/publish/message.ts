import { createHash } from "node:crypto";
import { type Attribution, isSaidByPath } from "../event/attribution";
import { type Claim, inflightKey } from "../event/claim";
import { type EventFacts, encodeEnvelope } from "../event/envelope";
import { publisherTrusted } from "../event/trusted";
import type { Claimant } from "./receive";
import type { PublishedRequest } from "./request";

/** What goes onto the queue, and what has to be in the bucket before. */
export interface PublisherMessage {
  readonly body: string;
  /** The value of the message's only attribute. */
  readonly trusted: string;
  /** Set when the body does not fit into the message. */
  readonly claim?: Claim;
}

/**
 * @param event what path and headers do not say; absent when they say it all
 * @returns undefined when not even the message without its body is small enough
 */
export function messageOf(
  request: Omit<PublishedRequest, "receivedAt">,
  maximumMessageBytes: number,
  event?: EventFacts,
): PublisherMessage | undefined {
  const { requestId, query, headers, body } = request;
  const head = { query, headers, ...(event === undefined ? {} : { event }) };
  const trusted = publisherTrusted(request);
  // Encoding never makes it shorter: what is too long by itself need not be encoded to see that.
  if (body.byteLength <= maximumMessageBytes) {
    const whole = { trusted, body: encodeEnvelope({ ...head, content: body }) };
    if (messageBytes(whole) <= maximumMessageBytes) return whole;
  }
  const sha256 = createHash("sha256").update(body).digest("hex");
  const claim = { key: inflightKey(requestId), bytes: body.byteLength, sha256 };
  const reference = { trusted, body: encodeEnvelope({ ...head, content: claim }), claim };
  return messageBytes(reference) <= maximumMessageBytes ? reference : undefined;
}

/** What a message has to say of its event, since path and headers do not. */
export function unsaidFacts(
  { source }: Pick<Claimant, "source">,
  attribution: Attribution,
  path: string,
): EventFacts | undefined {
  if (source === undefined && isSaidByPath(attribution, path)) return undefined;
  const { identityMissing: _, ...facts } = attribution;
  return facts;
}

/** The attributes of a message. Source: SQS API, MessageAttributeValue. */
export function messageAttributes({ trusted }: Pick<PublisherMessage, "trusted">) {
  return { trusted: { DataType: "String", StringValue: trusted } } as const;
}

/**
 * Bytes that count against the queue's maximum: the body, and each attribute's name, type and value.
 * Source: SQS Developer Guide, message metadata, "All components of a message attribute are included".
 */
export function messageBytes(message: Pick<PublisherMessage, "body" | "trusted">): number {
  return Object.entries(messageAttributes(message)).reduce(
    (sum, [name, { DataType, StringValue }]) => sum + Buffer.byteLength(name + DataType + StringValue),
    Buffer.byteLength(message.body),
  );
}
