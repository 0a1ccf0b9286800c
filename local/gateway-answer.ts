/** What the gateway answers, and what it says of it on the timeline and in the access log. */
import type { Choices } from "./aws-assumptions";
import { BodyTooLarge, SenderGone } from "./http-request";
import { MappingRefused } from "./parameter-mapping";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Buffer;
  /** Set when the gateway itself put a message onto the queue. */
  readonly messageId?: string;
  /** Set when the request was refused: why, without the body. */
  readonly refusal?: string;
  /** Set when a function's log has told what became of the request. */
  readonly isOnTimeline?: boolean;
  /** The integration's own status and request id, where it answered. */
  readonly integrationStatus?: number;
  readonly integrationRequestId?: string;
}

/**
 * API Gateway's own answer.
 * @param status with its reason, such as "404 Not Found": both stand in the answer
 */
export function refuse(status: string, refusal: string): Answer {
  return {
    status: Number.parseInt(status, 10),
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message: status.replace(/^\d+ /, "") }),
    refusal,
  };
}

// Source: API Gateway Developer Guide; the bodies of 413 and 431 as its users report them.
export const noRoute = (): Answer => refuse("404 Not Found", "no route matches");
export const throttled = (): Answer => refuse("429 Too Many Requests", "throttled");
export const headersTooLarge = (): Answer =>
  refuse("431 Request Header Fields Too Large", "request line and header values are over 10,240 bytes");

/** What a request is answered that could not be handed to its integration. */
export function answerToFault(error: unknown, choices: Choices): Answer {
  if (error instanceof MappingRefused) return refuse(choices.refusedMapping, error.message);
  if (error instanceof BodyTooLarge) return refuse("413 Request Entity Too Large", "the body is over 10 MB");
  if (error instanceof SenderGone) return refuse("400 Bad Request", "the sender left before its request was complete");
  const fault = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return refuse("500 Internal Server Error", `a fault of the local run: ${fault}`);
}
