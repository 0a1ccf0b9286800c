/**
 * The way back for what was rejected: each record is verified again by the consumer's own rules, and what verifies is
 * stored by the consumer's own store, which stores it once. Ended at any point and run again, it goes on: an event that
 * is stored already is found so, and its record is deleted then.
 */
import { setMaxListeners } from "node:events";
import { decideEvent } from "../../functions/consume/decision";
import type { Source } from "../../functions/event/source";
import { key, type WebhookEvent } from "../../functions/event/webhook-event";
import type { Judge } from "../../functions/secrets/judge";
import { CALLS_SIDE_BY_SIDE } from "../../functions/stores/dynamodb-client";
import type { EventStore, PutOutcome } from "../../functions/stores/event-store";
import { sideBySide } from "../../functions/stores/side-by-side";
import { type Assessment, assess } from "./assess";
import { toReplayError } from "./errors";
import type { RejectedRecord } from "./rejected-record";
import type { RejectedRecords } from "./rejected-records";

export interface ReplayOptions {
  readonly records: Pick<RejectedRecords, "batches" | "delete">;
  /** All of the settings: a path may be another one's by now. */
  readonly sources: readonly Source[];
  readonly judge: Judge;
  readonly store: EventStore;
  readonly wanted: {
    readonly sources: readonly string[];
    readonly reasons: readonly string[];
    readonly since?: string;
  };
  /** Whether anything is changed. */
  readonly stores: boolean;
  /** Gets every record as its end is known. */
  readonly onReplayed: (replayed: Replayed) => void;
}

/** What became of a record. */
export const ENDS = [
  "would-store", // it verifies; nothing was changed
  "stored",
  "duplicate", // the event had come again and was stored
  "conflict", // the event is stored with other content: a conflict record holds this one
  "filtered", // it verifies, and its source does not want it: left as it is
  "refused", // it still does not verify
  "incomplete", // too little of it was kept
  "unstorable", // the sink works, and refuses it
] as const;
export type End = (typeof ENDS)[number];

export interface Replayed {
  readonly record: RejectedRecord;
  readonly end: End;
  /** Under which the event is stored. Of what verifies. */
  readonly key?: string;
  readonly reason?: string;
}

/** What has to be done with a record whose event has ended. */
const DONE: readonly End[] = ["stored", "duplicate", "conflict"];

/**
 * @returns how many records ended how
 * @throws ReplayError when the table, a secret or a source cannot be used; what was stored until then stays
 */
export async function replay(options: ReplayOptions): Promise<Readonly<Record<End, number>>> {
  const counts = Object.fromEntries(ENDS.map((end) => [end, 0])) as Record<End, number>;
  // Whoever runs it can end it: there is no other deadline.
  const { signal } = new AbortController();
  // Every call listens to it; Node would take more than ten for a leak.
  setMaxListeners(Number.POSITIVE_INFINITY, signal);
  try {
    for await (const batch of options.records.batches(options.wanted)) {
      for (const replayed of await replayBatch(batch, options, signal)) {
        counts[replayed.end]++;
        options.onReplayed(replayed);
      }
    }
  } catch (fault) {
    throw toReplayError(fault);
  }
  return counts;
}

async function replayBatch(
  batch: readonly RejectedRecord[],
  { records, sources, judge, store, stores }: ReplayOptions,
  signal: AbortSignal,
): Promise<readonly Replayed[]> {
  const assessed = await Promise.all(
    batch.map(async (record) => ({ record, assessment: await assess(record, sources, judge, signal) })),
  );
  const events = assessed.flatMap(({ assessment }) => (assessment.kind === "verified" ? [assessment.event] : []));
  const outcomes = stores ? (await store.put(events, signal)).values() : undefined;
  const settling = assessed.map(({ record, assessment }) => ({
    record,
    assessment,
    outcome: assessment.kind === "verified" ? outcomes?.next().value : undefined,
  }));
  return sideBySide(settling, CALLS_SIDE_BY_SIDE, async ({ record, assessment, outcome }) => {
    const ended = { record, ...(await endOf(assessment, outcome, store, signal)) };
    // After the event is safe: the other way round, whoever ends this in between has lost it.
    if (DONE.includes(ended.end)) await records.delete(record);
    return ended;
  });
}

/** @param outcome of a verified one, undefined where nothing is to be changed */
async function endOf(
  assessment: Assessment,
  outcome: PutOutcome | undefined,
  store: EventStore,
  signal: AbortSignal,
): Promise<Omit<Replayed, "record">> {
  if (assessment.kind === "filtered") return { end: "filtered" };
  if (assessment.kind !== "verified") return { end: assessment.kind, reason: assessment.reason };
  const { event } = assessment;
  if (outcome === undefined) return { end: "would-store", key: key(event) };
  return { key: key(event), ...(await settled(event, outcome, store, signal)) };
}

/** Decided as the consumer does on a first receive. */
async function settled(event: WebhookEvent, outcome: PutOutcome, store: EventStore, signal: AbortSignal) {
  const { stage, reason, detail, record } = decideEvent(event, outcome, 1);
  if (stage === "stored" || stage === "duplicate") return { end: stage };
  if (stage !== "conflict" || record === undefined)
    return { end: "unstorable", reason: `${reason}: ${detail}` } as const;
  const [written] = await store.record([record], signal);
  return written === true
    ? { end: "conflict" as const }
    : { end: "unstorable" as const, reason: "its conflict record could not be written" };
}
