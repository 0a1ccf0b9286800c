import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { Attribution } from "../event/attribution";
import type { Claim } from "../event/claim";
import type { HandshakeAnswer } from "../event/signatures/handshake";
import { credentialHeaders } from "../event/signatures/verify";
import { parseTrusted } from "../event/trusted";
import { key } from "../event/webhook-event";
import { SourceUnusable } from "../secrets/source-unusable";
import { faultDetail, faultName } from "../stores/fault-name";
import { withinTime } from "../within-time";
import { accepted, answered, methods, type RefusalCode, refused } from "./answer";
import { messageOf, type PublisherMessage, unsaidFacts } from "./message";
import type { PublishLog } from "./publish-log";
import { type Claimant, claimantOf, type ReceptionRules, receive } from "./receive";
import { type PublishedRequest, requestOf } from "./request";

export interface Publisher extends ReceptionRules {
  /** The queue's own limit, attributes included. */
  readonly maximumMessageBytes: number;
  readonly allowsSourceIp: (sourceIp: string, path: string) => boolean;
  /** Writes the body that a claim check stands for. */
  readonly writeBody: (claim: Claim, body: Uint8Array, signal: AbortSignal) => Promise<unknown>;
  /** @returns SQS's id of the message */
  readonly send: (message: PublisherMessage, signal: AbortSignal) => Promise<string>;
  readonly log: PublishLog;
}

/** How a request has ended. */
type Ending =
  | { readonly kind: "published"; readonly attribution: Attribution; readonly messageId: string }
  | { readonly kind: "filtered" }
  | { readonly kind: "handshake"; readonly answer: HandshakeAnswer }
  | { readonly kind: "refused"; readonly reason: RefusalCode; readonly detail?: string };

/**
 * Puts a request onto the queue and says so: 2xx only after the queue has taken it, or where its source does not want it.
 * @param timeMs what reading secrets, S3 and SQS may take together; then the sender is told to come again
 */
export async function publish(
  event: APIGatewayProxyEventV2,
  publisher: Publisher,
  timeMs: number,
): Promise<APIGatewayProxyStructuredResultV2> {
  const request = requestOf(event);
  const { requestId, method, path, sourceIp } = request;
  const claimant = claimantOf(request, publisher);
  const isAllowed = publisher.allowsSourceIp(sourceIp, path);
  if (isAllowed && method === "OPTIONS") return methods();
  const ending: Ending = isAllowed
    ? await endingWithin(timeMs, request, claimant, publisher)
    : { kind: "refused", reason: "SOURCE_IP_NOT_ALLOWED", detail: `it is from ${sourceIp}` };

  const { log } = publisher;
  const source = claimant.source === undefined ? {} : { source: claimant.source.name };
  const factsOf = (named: Attribution) => ({ requestId, key: key(named), ...source });
  const facts = factsOf(claimant.attribution);
  switch (ending.kind) {
    case "published": {
      const { attribution, messageId } = ending;
      const { source: _source, eventId, ...marks } = attribution;
      log.published({ ...factsOf(attribution), messageId, ...marks });
      return accepted(method, eventId);
    }
    case "filtered":
      log.filtered(facts);
      return accepted(method, claimant.attribution.eventId);
    case "handshake":
      log.handshake(facts);
      return answered(ending.answer);
    case "refused": {
      const { kind: _kind, ...why } = ending;
      log.refused({ ...facts, ...why });
      return refused(method, ending.reason);
    }
    default:
      return ending satisfies never;
  }
}

async function endingWithin(
  timeMs: number,
  request: PublishedRequest,
  claimant: Claimant,
  publisher: Publisher,
): Promise<Ending> {
  /** What is to be said when what is under way fails. */
  let reason: RefusalCode = "SECRETS_UNAVAILABLE";
  try {
    return await withinTime(timeMs, async (signal): Promise<Ending> => {
      const reception = await receive(request, claimant, publisher, signal);
      if (reception.kind !== "event") return reception;
      const { attribution } = reception;
      const most = publisher.maximumMessageBytes;
      const kept = withoutCredentials(request, claimant.source);
      const message = messageOf(kept, most, unsaidFacts(claimant, attribution, request.path));
      if (message === undefined) return { kind: "refused", reason: "MESSAGE_TOO_LARGE", detail: `over ${most} bytes` };
      // What the consumer would reject must not be accepted: a method, say, that is none.
      if (parseTrusted(message.trusted) === undefined) {
        return { kind: "refused", reason: "REQUEST_MALFORMED", detail: "its facts fit no message" };
      }
      // The sender was told to come again, if secrets came too late.
      signal.throwIfAborted();
      if (message.claim !== undefined) {
        reason = "BODIES_UNAVAILABLE";
        await publisher.writeBody(message.claim, request.body, signal);
      }
      reason = "QUEUE_UNAVAILABLE";
      return { kind: "published", attribution, messageId: await publisher.send(message, signal) };
    });
  } catch (fault) {
    const detail = `${faultName(fault)}: ${faultDetail(fault)}`;
    return { kind: "refused", reason: fault instanceof SourceUnusable ? fault.code : reason, detail };
  }
}

/** What goes on: a token has done its work when it was compared, and has no business in a queue or a table. */
function withoutCredentials(request: PublishedRequest, source: Claimant["source"]): PublishedRequest {
  const secret = source === undefined ? [] : credentialHeaders(source.signature);
  const headers = Object.entries(request.headers).filter(([name]) => !secret.includes(name));
  return { ...request, headers: Object.fromEntries(headers) };
}
