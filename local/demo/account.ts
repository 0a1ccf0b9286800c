/**
 * The account of a run: every accepted delivery is looked up in what was really stored, item by item, the bytes by
 * their SHA-256. Pure; nothing here trusts the timeline or a counter of the consumer.
 */
import { createHash } from "node:crypto";
import type { Sent } from "./send";

/** What a record in the table says, with the hash recomputed from its body. */
export interface StoredRecord {
  readonly key: string;
  readonly state: string;
  readonly requestId: string;
  readonly bodySha256: string;
}

/** What became of one accepted delivery. */
export type Fate = "stored" | "duplicate" | "conflict" | "rejected" | "failed" | "deadLettered" | "waiting" | "lost";

export interface Account {
  readonly sent: number;
  /** Answered with 2xx. */
  readonly accepted: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly rejected: number;
  readonly failed: number;
  readonly deadLettered: number;
  /** Still on the events queue: nobody knows yet. */
  readonly waiting: number;
  /** Accepted, and nowhere to be found with its bytes. Must be 0. */
  readonly lost: number;
  /** Accepted deliveries that have more than one item: stored and recorded, or stored under two keys. Must be 0. */
  readonly twice: number;
  /** Stored events that no accepted delivery explains: its request was refused, or has another key. Must be 0. */
  readonly ghosts: number;
  readonly lostRequestIds: readonly string[];
}

/** Message ids of what the queues hold in the end. */
export interface Queued {
  readonly deadLettered: ReadonlySet<string>;
  /** On the events queue, for a run that is ended before it is empty. @default none */
  readonly waiting?: ReadonlySet<string>;
}

/**
 * @param sent every delivery and its answer
 * @param records everything in the sink
 */
export function account(sent: readonly Sent[], records: readonly StoredRecord[], queued: Queued): Account {
  const byKey = new Map(records.map((record) => [record.key, record]));
  const accepted = sent.filter(({ status }) => status >= 200 && status < 300);
  const fates = accepted.map((one) => ({ one, fate: fateOf(one, byKey, queued) }));
  const count = (fate: Fate) => fates.filter((each) => each.fate === fate).length;
  const keyOfRequest = new Map(accepted.map((one) => [one.requestId, keyOf(one)]));
  const itemsOfRequest = new Map<string, number>();
  for (const { requestId } of records) itemsOfRequest.set(requestId, (itemsOfRequest.get(requestId) ?? 0) + 1);
  return {
    sent: sent.length,
    accepted: accepted.length,
    stored: count("stored"),
    duplicates: count("duplicate"),
    conflicts: count("conflict"),
    rejected: count("rejected"),
    failed: count("failed"),
    deadLettered: count("deadLettered"),
    waiting: count("waiting"),
    lost: count("lost"),
    twice: accepted.filter(({ requestId }) => (itemsOfRequest.get(requestId) ?? 0) > 1).length,
    ghosts: records.filter(({ state, key, requestId }) => state === "stored" && keyOfRequest.get(requestId) !== key)
      .length,
    lostRequestIds: fates.filter(({ fate }) => fate === "lost").map(({ one }) => one.requestId),
  };
}

/** The key that a delivery's event must have: reckoned here anew, not asked of the consumer. */
function keyOf({ delivery: { path, deliveryId }, requestId }: Sent): string {
  return `${path.split("/")[1] || "root"}#${deliveryId ?? requestId}`;
}

function fateOf(sent: Sent, byKey: ReadonlyMap<string, StoredRecord>, { deadLettered, waiting }: Queued): Fate {
  const { delivery, requestId, messageId } = sent;
  const sha256 = bodySha256Of(delivery.body ?? Buffer.from(`hello from ${delivery.path}`));
  const stored = byKey.get(keyOf(sent));
  const isStored = stored?.bodySha256 === sha256;
  if (isStored && stored.requestId === requestId) return "stored";
  for (const fate of ["conflict", "rejected", "failed"] as const) {
    // A message whose request id cannot be believed is recorded under its message id.
    const record = byKey.get(`#${fate}#${requestId}`) ?? byKey.get(`#${fate}#message:${messageId}`);
    if (record?.bodySha256 === sha256) return fate;
  }
  if (isStored) return "duplicate";
  if (deadLettered.has(messageId)) return "deadLettered";
  return waiting?.has(messageId) ? "waiting" : "lost";
}

export function bodySha256Of(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}
