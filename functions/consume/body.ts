import type { Claim } from "../event/claim";
import type { AttributedMessage } from "../event/parsed-message";
import type { Rejection } from "../event/rejection";
import type { EventHead, WebhookEvent } from "../event/webhook-event";
import type { BodyStore } from "../stores/body-store";
import type { PutOutcome } from "../stores/event-store";

/** A message with its body at hand, if it can be had. */
export type ReadMessage =
  | { readonly kind: "event"; readonly event: WebhookEvent }
  | { readonly kind: "unreadable"; readonly event: EventHead; readonly outcome: PutOutcome }
  | { readonly kind: "filtered"; readonly event: EventHead }
  | { readonly kind: "rejection"; readonly rejection: Rejection };

/**
 * Fetches what a claim check stands for. A body that is gone or is another one is the fault of this one message.
 * @throws SinkUnavailable when the bodies cannot be read now
 */
export async function withBody(
  message: AttributedMessage,
  bodies: BodyStore | undefined,
  signal: AbortSignal,
): Promise<ReadMessage> {
  if (message.kind !== "claim") return message;
  if (bodies === undefined) throw new Error(`there is no bucket to read ${message.claim.key} from`);
  return claimed(message.event, message.claim, bodies, signal);
}

async function claimed(event: EventHead, claim: Claim, bodies: BodyStore, signal: AbortSignal): Promise<ReadMessage> {
  const found = await bodies.read(claim, signal);
  switch (found.kind) {
    case "read":
      return { kind: "event", event: { ...event, body: found.body } };
    case "altered":
      return { kind: "unreadable", event, outcome: unstorable("CLAIM_BODY_ALTERED", found.detail) };
    case "missing": {
      const { inflightKey: _, ...without } = event;
      return { kind: "unreadable", event: without, outcome: unstorable("CLAIM_BODY_MISSING", found.detail) };
    }
    default:
      return found satisfies never;
  }
}

function unstorable(reason: string, detail: string): PutOutcome {
  return { kind: "unstorable", reason, detail };
}
