/** Whose event a request is, and what it is called: the rules of both ingresses, and of a replay. Pure. */
import { identify, isWanted } from "./event-identity";
import { sentBody } from "./greeting";
import { eventIdOf, sourceOf as firstSegment } from "./identity";
import type { SignedRequest, UnverifiedCode, Verdict } from "./signatures/signed-request";
import { publicUrlOf, type Source, unclaimedSource, unverifiedSource } from "./source";
import type { WebhookEvent } from "./webhook-event";

/** What an event is stored under. */
export interface Attribution {
  /** Its source's name; `unverified:` before it for what is accepted unverified. */
  readonly source: string;
  readonly eventId: string;
  /** Why it is not verified. Only of a source that accepts such events. */
  readonly unverified?: UnverifiedCode;
  /** Why its source's identity rule found nothing, and the id is the request's. */
  readonly identityMissing?: string;
}

/** What of a request its signature, its identity and its type are about. */
export type ReceivedRequest = Pick<
  WebhookEvent,
  "requestId" | "receivedAt" | "method" | "path" | "query" | "headers" | "body"
>;

/** The request as its sender signed it. */
export function signedRequestOf(
  { receivedAt, method, path, query = "", headers, body }: ReceivedRequest,
  source: Pick<Source, "path" | "signature">,
): SignedRequest {
  const publicUrl = publicUrlOf(source, path, query);
  return {
    headers,
    body: sentBody(method, path, body),
    receivedAtMs: Date.parse(receivedAt),
    method,
    ...(publicUrl === undefined ? {} : { publicUrl }),
  };
}

/** What a request is called that a source claims, once it is verified. */
export function claimedAttribution(request: ReceivedRequest, source: Source): Attribution {
  const { requestId } = request;
  const { eventId, missing } = identify({ ...signedRequestOf(request, source), requestId }, source);
  return { source: source.name, eventId, ...(missing === undefined ? {} : { identityMissing: missing }) };
}

/** What a request is called that no source claims: by its path, and by a delivery id that nobody vouches for. */
export function unclaimedAttribution(
  { path, headers, requestId }: Pick<ReceivedRequest, "path" | "headers" | "requestId">,
  sources: readonly Pick<Source, "name">[],
): Attribution {
  return { source: unclaimedSource(path, sources), eventId: eventIdOf(headers, requestId) };
}

/** Whether a message need not say what it is called, since its path and headers do. */
export function isSaidByPath({ source }: Attribution, path: string): boolean {
  return source === firstSegment(path);
}

/** What becomes of a request of a source. */
export type Attributed =
  | { readonly kind: "event"; readonly attribution: Attribution }
  /** Its source does not want events of this type: counted, and not stored. */
  | { readonly kind: "filtered" }
  | { readonly kind: "refused"; readonly reason: UnverifiedCode };

/**
 * @param claimed what the request is called once it is verified
 * @param verdict about its signature, which is looked at before its type: to a stranger, all types are one
 */
export function attributed(
  request: Pick<ReceivedRequest, "headers" | "body">,
  source: Source,
  claimed: Attribution,
  verdict: Verdict,
): Attributed {
  if (!verdict.verified && source.onUnverified === "reject") return { kind: "refused", reason: verdict.reason };
  if (!isWanted(request, source.types)) return { kind: "filtered" };
  if (verdict.verified) return { kind: "event", attribution: claimed };
  const attribution = { ...claimed, source: unverifiedSource(source), unverified: verdict.reason };
  return { kind: "event", attribution };
}
