import type { Rejection } from "../event/rejection";
import { type EventHead, key, type WebhookEvent } from "../event/webhook-event";
import type { PutOutcome, UnstoredRecord } from "../stores/event-store";

/** Where a message has got to, one log line each. */
export const STAGES = ["stored", "duplicate", "conflict", "filtered", "rejected", "failed", "returned"] as const;
export type Stage = (typeof STAGES)[number];

/** What is done with one message: its line in the log, and perhaps a record that has to be written before it is done. */
export interface Decision {
  readonly stage: Stage;
  readonly reason?: string;
  readonly detail?: string;
  readonly alreadyStored?: true;
  /** A rejected message beyond the bound on what strangers can have kept: it is in the log, and nowhere else. */
  readonly countedOnly?: true;
  readonly record?: UnstoredRecord;
}

/** An event that cannot be stored gets a failed record on this receive, long before the dead-letter queue takes it. */
export const FAILED_ON_RECEIVE = 3;

/** A message that is no event is recorded and done: it would be the same the next time. */
export function decideRejection({ code, queuedAt, request, ...rejected }: Rejection) {
  const { detail } = rejected;
  const record: UnstoredRecord = { state: "rejected", reason: code, receivedAt: queuedAt, ...rejected, ...request };
  return { stage: "rejected", reason: code, detail, record } satisfies Decision;
}

/**
 * @param event without a body when that could not be had
 * @param receiveCount how often SQS has handed the message out, this time included
 */
export function decideEvent(event: EventHead | WebhookEvent, outcome: PutOutcome, receiveCount: number): Decision {
  switch (outcome.kind) {
    case "stored":
      return outcome.already ? { stage: "stored", alreadyStored: true } : { stage: "stored" };
    case "duplicate":
      return { stage: "duplicate" };
    case "conflict": {
      const reason = "OTHER_CONTENT";
      const detail = "another content is stored under the event's key";
      const record: UnstoredRecord = { ...event, state: "conflict", reason, detail, conflictsWith: key(event) };
      return { stage: "conflict", reason, detail, record };
    }
    case "unstorable": {
      const { reason, detail } = outcome;
      return receiveCount >= FAILED_ON_RECEIVE
        ? { stage: "failed", reason, detail, record: { ...event, state: "failed", reason, detail } }
        : { stage: "returned", reason, detail };
    }
    default:
      return outcome satisfies never;
  }
}
