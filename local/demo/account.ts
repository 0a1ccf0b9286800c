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
export type Fate = "stored" | "duplicate" | "conflict" | "rejected" | "failed" | "deadLettered" | "lost";

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
  /** Accepted, and nowhere to be found with its bytes. Must be 0. */
  readonly lost: number;
  /** Stored events whose request was not accepted: the sender would send them again. */
  readonly ghosts: number;
  readonly lostRequestIds: readonly string[];
}

/**
 * @param sent every delivery and its answer
 * @param records the whole table
 * @param deadLetteredMessageIds message ids of what is in the dead-letter queue
 */
export function account(
  sent: readonly Sent[],
  records: readonly StoredRecord[],
  deadLetteredMessageIds: ReadonlySet<string>,
): Account {
  const byKey = new Map(records.map((record) => [record.key, record]));
  const accepted = sent.filter(({ status }) => status >= 200 && status < 300);
  const fates = accepted.map((one) => ({ one, fate: fateOf(one, byKey, deadLetteredMessageIds) }));
  const count = (fate: Fate) => fates.filter((each) => each.fate === fate).length;
  const acceptedIds = new Set(accepted.map(({ requestId }) => requestId));
  return {
    sent: sent.length,
    accepted: accepted.length,
    stored: count("stored"),
    duplicates: count("duplicate"),
    conflicts: count("conflict"),
    rejected: count("rejected"),
    failed: count("failed"),
    deadLettered: count("deadLettered"),
    lost: count("lost"),
    ghosts: records.filter(({ state, requestId }) => state === "stored" && !acceptedIds.has(requestId)).length,
    lostRequestIds: fates.filter(({ fate }) => fate === "lost").map(({ one }) => one.requestId),
  };
}

function fateOf(
  { delivery, requestId, messageId }: Sent,
  byKey: ReadonlyMap<string, StoredRecord>,
  deadLettered: ReadonlySet<string>,
): Fate {
  const sha256 = bodySha256Of(delivery.body ?? Buffer.from(`hello from ${delivery.path}`));
  const source = delivery.path.split("/")[1] || "root";
  const stored = byKey.get(`${source}#${delivery.deliveryId ?? requestId}`);
  const isStored = stored?.bodySha256 === sha256;
  if (isStored && stored.requestId === requestId) return "stored";
  for (const fate of ["conflict", "rejected", "failed"] as const) {
    // A message whose request id cannot be believed is recorded under its message id.
    const record = byKey.get(`#${fate}#${requestId}`) ?? byKey.get(`#${fate}#message:${messageId}`);
    if (record?.bodySha256 === sha256) return fate;
  }
  if (isStored) return "duplicate";
  return deadLettered.has(messageId) ? "deadLettered" : "lost";
}

export function bodySha256Of(body: Uint8Array): string {
  return createHash("sha256").update(body).digest("hex");
}
