import type { WebhookEvent } from "../event/webhook-event";
import { bodySha256 } from "./body-sha256";
import type { PutOutcome } from "./event-store";

/** What a sink has stored under an event's key. */
export interface StoredFacts {
  readonly requestId: string | undefined;
  readonly bodySha256: string | undefined;
}

/** What an event is whose key is taken. */
export function outcomeOfKnown(event: Pick<WebhookEvent, "requestId" | "body">, stored: StoredFacts): PutOutcome {
  // Also of the same request: whatever has other content must stay to be seen.
  if (stored.bodySha256 !== bodySha256(event.body)) return { kind: "conflict" };
  return stored.requestId === event.requestId ? { kind: "stored", already: true } : { kind: "duplicate" };
}
