import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import type { HandshakeAnswer } from "../event/signatures/handshake";
import { OUR_MISTAKES, UNVERIFIED_CODES, type UnverifiedCode } from "../event/signatures/signed-request";

/** Why a request was not taken. Stable: they stand in logs and in the operator's guide. */
export const REFUSAL_CODES = [
  "SOURCE_IP_NOT_ALLOWED",
  "REQUEST_MALFORMED", // what the trusted attribute cannot hold
  "MESSAGE_TOO_LARGE", // headers and query alone are over the queue's limit
  "BODIES_UNAVAILABLE", // S3 refused the body, or did not answer in time
  "QUEUE_UNAVAILABLE", // SQS refused the message, or did not answer in time
  "PATH_UNMATCHED", // no source claims the path, and the settings say to reject such
  "SECRETS_UNAVAILABLE", // what the signature has to be checked with cannot be read now
  ...UNVERIFIED_CODES,
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** Seconds after which a sender may try again. */
const RETRY_AFTER_SECONDS = 5;

interface Refusal {
  readonly statusCode: number;
  readonly message: string;
}

const NOT_TAKEN: Refusal = { statusCode: 503, message: "The event was not taken. Send it again." };
/** The same for every reason: whoever forges is told nothing about how far it got. */
const UNVERIFIED: Refusal = { statusCode: 401, message: "Unauthorized" };

const REFUSALS: Readonly<Record<Exclude<RefusalCode, UnverifiedCode>, Refusal>> = {
  SOURCE_IP_NOT_ALLOWED: { statusCode: 403, message: "Forbidden" },
  REQUEST_MALFORMED: { statusCode: 400, message: "Bad Request" },
  MESSAGE_TOO_LARGE: { statusCode: 413, message: "The headers and the query of the request are too large." },
  BODIES_UNAVAILABLE: NOT_TAKEN,
  QUEUE_UNAVAILABLE: NOT_TAKEN,
  SECRETS_UNAVAILABLE: NOT_TAKEN,
  PATH_UNMATCHED: { statusCode: 404, message: "Not Found" },
};

/** To a sender whose event is on the queue. */
export function accepted(method: string, eventId: string): APIGatewayProxyStructuredResultV2 {
  // RFC 9110, 9.3.2: an answer to HEAD has no content.
  return method === "HEAD" ? { statusCode: 202 } : json(202, { eventId });
}

/** To a sender whose event is not: a sender that repeats does so on 503. */
export function refused(method: string, reason: RefusalCode): APIGatewayProxyStructuredResultV2 {
  const { statusCode, message } = refusalOf(reason);
  const answer: APIGatewayProxyStructuredResultV2 = method === "HEAD" ? { statusCode } : json(statusCode, { message });
  if (statusCode !== 503) return answer;
  return { ...answer, headers: { ...answer.headers, "retry-after": String(RETRY_AFTER_SECONDS) } };
}

/** To a sender who asks whether somebody who knows its secret is there. */
export function answered({ statusCode, headers, body }: HandshakeAnswer): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { ...headers }, body };
}

/** To OPTIONS, which asks what can be sent and is no event. No CORS headers: webhooks are not sent by browsers. */
export function methods(): APIGatewayProxyStructuredResultV2 {
  return { statusCode: 204, headers: { allow: "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT" } };
}

function refusalOf(reason: RefusalCode): Refusal {
  if (!isUnverified(reason)) return REFUSALS[reason];
  return OUR_MISTAKES.includes(reason) ? NOT_TAKEN : UNVERIFIED;
}

function isUnverified(reason: RefusalCode): reason is UnverifiedCode {
  return (UNVERIFIED_CODES as readonly string[]).includes(reason);
}

function json(statusCode: number, body: Readonly<Record<string, string>>): APIGatewayProxyStructuredResultV2 {
  return { statusCode, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}
