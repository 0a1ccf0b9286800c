import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Claim } from "../event/claim";
import { eventIdOf, sourceOf } from "../event/identity";
import { parseTrusted } from "../event/trusted";
import { key } from "../event/webhook-event";
import { faultDetail, faultName } from "../stores/fault-name";
import { accepted, methods, type RefusalCode, refused } from "./answer";
import { messageOf, type PublisherMessage } from "./message";
import type { PublishLog } from "./publish-log";
import { requestOf } from "./request";
import { withinTime } from "./within-time";

export interface Publisher {
  /** The queue's own limit, attributes included. */
  readonly maximumMessageBytes: number;
  readonly allowsSourceIp: (sourceIp: string) => boolean;
  /** Writes the body that a claim check stands for. */
  readonly writeBody: (claim: Claim, body: Uint8Array, signal: AbortSignal) => Promise<unknown>;
  /** @returns SQS's id of the message */
  readonly send: (message: PublisherMessage, signal: AbortSignal) => Promise<string>;
  readonly log: PublishLog;
}

/**
 * Puts a request onto the queue and says so: 2xx only after the queue has taken it.
 * @param timeMs what the calls of S3 and SQS may take together; then the sender is told to come again
 */
export async function publish(
  event: APIGatewayProxyEventV2,
  publisher: Publisher,
  timeMs: number,
): Promise<APIGatewayProxyStructuredResultV2> {
  const request = requestOf(event);
  const { requestId, method, sourceIp, body } = request;
  const eventId = eventIdOf(request.headers, requestId);
  const facts = { requestId, key: key({ source: sourceOf(request.path), eventId }) };
  const refuse = (reason: RefusalCode, detail?: string) => {
    publisher.log.refused({ ...facts, reason, ...(detail === undefined ? {} : { detail }) });
    return refused(method, reason);
  };

  if (!publisher.allowsSourceIp(sourceIp)) return refuse("SOURCE_IP_NOT_ALLOWED", `it is from ${sourceIp}`);
  if (method === "OPTIONS") return methods();
  const message = messageOf(request, publisher.maximumMessageBytes);
  if (message === undefined) return refuse("MESSAGE_TOO_LARGE", `over ${publisher.maximumMessageBytes} bytes`);
  // What the consumer would reject must not be accepted: a method, say, that is none.
  if (parseTrusted(message.trusted) === undefined) return refuse("REQUEST_MALFORMED", "its facts fit no message");

  const { claim } = message;
  let reason: RefusalCode = "QUEUE_UNAVAILABLE";
  try {
    const messageId = await withinTime(timeMs, async (signal) => {
      if (claim !== undefined) {
        reason = "BODIES_UNAVAILABLE";
        await publisher.writeBody(claim, body, signal);
        reason = "QUEUE_UNAVAILABLE";
      }
      return publisher.send(message, signal);
    });
    publisher.log.published({ ...facts, messageId });
    return accepted(method, eventId);
  } catch (fault) {
    return refuse(reason, `${faultName(fault)}: ${faultDetail(fault)}`);
  }
}
