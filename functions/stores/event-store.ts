import type { WebhookEvent } from "../event/webhook-event";

/** What became of one event. */
export type PutOutcome =
  /** `already`: the same request was stored before; the message came again. */
  | { readonly kind: "stored"; readonly already: boolean }
  /** The event is there with the same content. */
  | { readonly kind: "duplicate" }
  /** Another content is stored under the event's key. */
  | { readonly kind: "conflict" }
  /** The sink works, but refuses this event however often it is tried. */
  | { readonly kind: "unstorable"; readonly reason: string; readonly detail: string };

/** A message that ended otherwise than as a stored event: kept where it can be seen, in a key space of its own. */
export interface UnstoredRecord {
  readonly state: "rejected" | "failed" | "conflict";
  /** A stable code, or the sink's name of the fault. */
  readonly reason: string;
  readonly detail: string;
  /** The key of the stored event with other content. Only for a conflict. */
  readonly conflictsWith?: string;
  readonly messageId: string;
  readonly receivedAt: string;
  /** Absent when the message cannot be believed. */
  readonly requestId?: string;
  readonly source?: string;
  readonly eventId?: string;
  readonly method?: string;
  readonly path?: string;
  readonly sourceIp?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The attributes as they came. Only for a rejected message. */
  readonly messageAttributes?: Readonly<Record<string, string>>;
  /** Absent when it could not be had. */
  readonly body?: Uint8Array;
  /** Key of the object in which the body travelled, if it is still there. */
  readonly inflightKey?: string;
}

/** Where events end. Every method may be called again with the same arguments: nothing is stored twice. */
export interface EventStore {
  /**
   * Stores each event once, however often it comes.
   * @param signal ends what is under way; then it throws SinkUnavailable
   * @returns an outcome per event, in their order
   * @throws SinkUnavailable after everything under way has ended; some of the events may have been stored
   */
  put(events: readonly WebhookEvent[], signal: AbortSignal): Promise<readonly PutOutcome[]>;

  /**
   * Writes records of messages that were not stored.
   * @returns per record, in their order, whether it was written; a record is bounded, so a refusal is a fault of ours
   * @throws SinkUnavailable as `put`
   */
  record(records: readonly UnstoredRecord[], signal: AbortSignal): Promise<readonly boolean[]>;
}

/** The sink takes nothing now. The message is fine: it has to come again, later. */
export class SinkUnavailable extends Error {
  override readonly name = "SinkUnavailable";
  readonly code = "SINK_UNAVAILABLE";

  /** @param what what was refused, in the sink's words @param advice what an operator can do */
  constructor({ what, advice, cause }: { readonly what: string; readonly advice: string; readonly cause: unknown }) {
    super(
      [
        what,
        "  The batch goes back to the queue and comes again after its visibility timeout; nothing is lost.",
        `  ${advice}  [SINK_UNAVAILABLE]`,
      ].join("\n"),
      { cause },
    );
  }
}

/** The key of a record. It starts with `#`, which no source does: it can never be taken for a stored event. */
export function recordKey({ state, ...ids }: Pick<UnstoredRecord, "state" | "requestId" | "messageId">) {
  return `#${state}#${recordId(ids)}`;
}

/** What names a record within its state. */
export function recordId({ requestId, messageId }: Pick<UnstoredRecord, "requestId" | "messageId">): string {
  return requestId ?? `message:${messageId}`;
}
