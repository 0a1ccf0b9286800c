import type { RejectionCode } from "../event/rejection";

/** Rejected records that are counted together: of one source, received in one minute. */
export interface RejectedBucket {
  /** A source's name. Absent: everything that no source claims, since its names are strangers' choice. */
  readonly source?: string;
  /** The beginning of the minute. Milliseconds since the epoch. */
  readonly minuteMs: number;
}

/** Milliseconds of the time that a bucket is for. */
export const BUCKET_MS = 60_000;

/**
 * Reasons that a deployment of ours can have, while messages of the stack as it was are still on the queue: honest events
 * are among them, so they take no places and are recorded without a bound.
 */
export const UNBOUNDED_REASONS: readonly string[] = [
  "FORM_UNEXPECTED",
  "HEADER_SET_UNKNOWN",
  "ENVELOPE_MALFORMED",
] satisfies RejectionCode[];

/** Counts what is kept of rejected messages, for all execution environments together. */
export interface RejectedPlaces {
  /**
   * Takes a place in a bucket for each of these records, as long as there are any.
   * @param ids what names the records; one that has a place keeps it, so a message that comes again takes no second one
   * @returns the ids that have a place now, whoever took it. A bucket with `atMost` of them stays as it is.
   * @throws SinkUnavailable
   */
  take(bucket: RejectedBucket, ids: readonly string[], signal: AbortSignal): Promise<ReadonlySet<string>>;
}
