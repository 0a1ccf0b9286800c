import { attributed, signedRequestOf } from "../event/attribution";
import type { AttributedMessage, ParsedMessage } from "../event/parsed-message";
import { unverifiedRejection } from "../event/rejection";
import type { Judge } from "../secrets/judge";

/** Finds out whether a message of a source is from it. @throws as Judge does */
export async function attribute(message: ParsedMessage, judge: Judge, signal: AbortSignal): Promise<AttributedMessage> {
  if (message.kind !== "signed") return message;
  const { event, source } = message;
  const { verdict } = await judge(signedRequestOf(event, source), source, signal);
  const outcome = attributed(event, source, event, verdict);
  switch (outcome.kind) {
    case "event":
      return { kind: "event", event: { ...event, ...outcome.attribution } };
    case "filtered":
      return { kind: "filtered", event };
    case "refused":
      return { kind: "rejection", rejection: unverifiedRejection(event, outcome.reason) };
    default:
      return outcome satisfies never;
  }
}
